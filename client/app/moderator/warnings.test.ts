import { expect, test } from "vitest";
import { ROLE } from "../wire";
import { type Expected, warningsOf } from "./warnings";

const sales: Expected = { name: "Sales", expected: true, internal: false, joined: 0 };
const accounting: Expected = { name: "Accounting", expected: true, internal: true, joined: 0 };
const codes = (departments: readonly Expected[], roles: readonly number[]) =>
  warningsOf({ departments, roles }).map((one) => one.code);

test("an agenda that expects no internal department is warned about, R1.4", () => {
  expect(codes([sales], [])).toEqual(["no_internal"]);
  expect(codes([sales, accounting], [])).toEqual([]);
  expect(codes([sales, { ...accounting, expected: false }], [])).toEqual(["no_internal"]);
});

test("internal departments that have not come are named, R1.4", () => {
  const [warning] = warningsOf({
    departments: [sales, accounting],
    roles: [ROLE.member, ROLE.customer],
  });
  expect(warning).toEqual({ code: "internal_missing", names: ["Accounting"] });
  const here = { ...accounting, joined: 1 };
  expect(codes([sales, here], [ROLE.member, ROLE.customer])).toEqual([]);
});

test("only leaders, and no outside voice, are warned about once people are here", () => {
  const here = [{ ...accounting, joined: 1 }];
  expect(codes(here, [])).toEqual([]);
  expect(codes(here, [ROLE.lead, ROLE.lead])).toEqual(["only_leaders"]);
  expect(codes(here, [ROLE.lead, ROLE.member])).toEqual(["no_outside"]);
  expect(codes(here, [ROLE.lead, ROLE.expert])).toEqual([]);
});
