/** How decisions stand on the board: a few large, more in two columns, many by pages. */

export interface BoardPlan {
  readonly columns: number;
  readonly rows: number;
  /** How many stand on one page. */
  readonly at: number;
  readonly pages: number;
  /** Size of the wording. */
  readonly size: number;
  /** How many lines of it. */
  readonly lines: number;
}

const ONE_COLUMN = 5;
const MOST = 8;
const MOST_TALL = 56;
/** Rows of a short board are not blown up. */
const LEAST_ROWS = 2;

const SIZES: Readonly<Record<number, readonly [size: number, lines: number]>> = {
  1: [72, 4],
  2: [44, 4],
  3: [38, 3],
  4: [34, 3],
  5: [33, 2],
};

export function boardFor(decisions: number, tall: boolean): BoardPlan {
  const pages = Math.max(1, Math.ceil(decisions / MOST));
  const at = Math.max(1, Math.ceil(decisions / pages));
  if (decisions <= ONE_COLUMN || tall) {
    const [size, lines] = SIZES[at] ?? [30, 2];
    const rows = at === 1 ? 1 : Math.max(LEAST_ROWS, at);
    if (tall) return { columns: 1, rows, at, pages, size: Math.min(size, MOST_TALL), lines: 3 };
    return { columns: 1, rows, at, pages, size, lines };
  }
  return { columns: 2, rows: Math.ceil(at / 2), at, pages, size: 28, lines: 3 };
}
