import { describe, expect, test } from "vitest";
import { ALIKE, Similar, type Worded } from "./similar";

const texts = [
  "Переводим клиента на коллегу, не рассказав суть",
  "История обрывается при переводе на другого коллегу",
  "Отвечаем «зарегистрировано», когда спрашивают, где деньги",
  "Курьер не знает, кому в банке передать возврат",
  "Смена меняется в девять, обращение остаётся ничьим",
  "Юристы согласуют ответ дольше, чем клиент готов ждать",
  "Возврат в банке оформляют три дня",
  "The customer tells three departments the same story",
  "Customers tell the same story to every department",
  "Invoices come late",
];
const cards: readonly Worded[] = texts.map((text, n) => ({ id: n + 1, text }));
const similar = new Similar(cards);

describe("what is alike", () => {
  test.each([
    [1, 2],
    [4, 7],
    [8, 9],
  ])("card %i is most like card %i", (one, other) => {
    expect(similar.to([one])[0]?.id).toBe(other);
    expect(similar.to([one])[0]?.score).toBeGreaterThan(ALIKE);
  });

  test("a card like no other stays under the threshold", () => {
    expect(similar.to([10]).filter((found) => found.score > ALIKE)).toEqual([]);
    expect(similar.to([3]).filter((found) => found.score > ALIKE)).toEqual([]);
  });

  test("endings and capital letters do not matter", () => {
    const two = new Similar([
      { id: 1, text: "ЖАЛОБЫ клиентов" },
      { id: 2, text: "жалобу клиента" },
      { id: 3, text: "счёт" },
    ]);
    expect(two.to([1])[0]?.score).toBeGreaterThan(0.7);
  });

  test("several chosen cards are asked for together", () => {
    const best = similar.to([4, 1]).slice(0, 2);
    expect(best.map((found) => found.id).sort()).toEqual([2, 7]);
    expect(similar.to([4, 1]).map((found) => found.id)).not.toContain(4);
  });

  test("removed and empty texts are like nothing", () => {
    const gone = new Similar([
      { id: 1, text: null },
      { id: 2, text: "" },
      { id: 3, text: "возврат" },
    ]);
    expect(gone.to([1])).toEqual([]);
    expect(gone.to([3])).toEqual([]);
    expect(gone.to([])).toEqual([]);
  });
});

test("it stays as long as the texts do", () => {
  expect(similar.isOf(cards.map((card) => ({ ...card })))).toBe(true);
  expect(similar.isOf(cards.slice(1))).toBe(false);
  expect(similar.isOf(cards.map((card) => ({ ...card, text: `${card.text}.` })))).toBe(false);
});

test("three hundred cards are compared in an instant", () => {
  const many = Array.from({ length: 300 }, (_, n) => ({
    id: n,
    text: `${texts[n % texts.length]} ${texts[(n * 7 + 3) % texts.length]} ${n}`,
  }));
  const start = performance.now();
  const found = new Similar(many).to([5]);
  expect(performance.now() - start).toBeLessThan(250);
  expect(found.length).toBeGreaterThan(100);
});
