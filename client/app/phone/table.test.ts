import { expect, test } from "vitest";
import { ROLE } from "../wire";
import { seatsOf, shapeOfPeople, type Voices } from "./table";

const LOW = 150;

test("I sit nearest, and there is only one of me", () => {
  const voices: Voices = [
    [ROLE.member, 9],
    [ROLE.customer, 3],
    [ROLE.lead, 8],
  ];
  const seats = seatsOf(voices, ROLE.customer);
  const mine = seats.filter((seat) => seat.mine);
  expect(seats).toHaveLength(20);
  expect(mine).toHaveLength(1);
  expect(mine[0]?.role).toBe(ROLE.customer);
  expect(mine[0]?.y).toBeGreaterThan(LOW);
  expect(seats.filter((seat) => seat.role === ROLE.customer)).toHaveLength(3);
});

test("whoever is alone has chairs around", () => {
  const seats = seatsOf([[ROLE.member, 1]], ROLE.member);
  expect(seats).toHaveLength(16);
  expect(seats.filter((seat) => seat.role)).toHaveLength(1);
});

test("nobody is marked where nobody looks", () => {
  expect(seatsOf([[ROLE.member, 20]], 0).some((seat) => seat.mine)).toBe(false);
});

test.each([
  [48, 1],
  [49, 2],
  [1000, 50],
])("%i people are drawn with one shape for %i", (people, each) => {
  expect(shapeOfPeople(people)).toBe(each);
  const seats = seatsOf([[ROLE.member, people]], ROLE.member);
  expect(seats.length).toBeLessThanOrEqual(48);
});
