/** How many themes stand as tiles, and how the rest is listed below them. */
import type { Box } from "./poster";
import { fitting, linesOf } from "./text";

export interface Tiles {
  readonly tiles: number;
  readonly columns: number;
  readonly rows: number;
  /** How high a tile is. */
  readonly row: number;
  /** Size of a tile's name, and how many lines it may take. */
  readonly size: number;
  readonly lines: number;
  /** How many cards of its own a tile reads out. */
  readonly samples: number;
  /** How many themes are listed at once below the tiles. */
  readonly listed: number;
  readonly listColumns: number;
  readonly listRows: number;
}

export const GAP = { x: 32, y: 24 };
const MOST_TILES = 12;
const FIRST_TILES = 6;
const LIST_ROW = 46;
/** What the line about the rest takes. */
const LOOSE = 64;
const FIRST_ROW = 100;
const SIZES = [60, 52, 44, 38, 34, 30];
const LEADING = 1.12;
const PAD = 17;
/** Lower tiles have room for their name alone; in others it takes this share. */
const LOW = 180;
const NAME = 0.5;
const SAMPLE = 90;
const MOST_SAMPLES = 3;
const MOST_LINES = 3;
/** What the figure takes of a tile. */
const COUNT = 0.22;

/** Up to twelve themes are tiles; more stand as six tiles and a list. */
export function tilesFor(names: readonly string[], box: Box, tall: boolean): Tiles {
  const widest = tall ? 2 : 3;
  const height = box.height - LOOSE;
  if (names.length <= MOST_TILES) {
    const columns = columnsOf(names.length, tall);
    const rows = Math.ceil(names.length / columns);
    const row = (height - (rows - 1) * GAP.y) / rows;
    return { ...tiled(names, columns, row, box.width), columns, rows, row, ...NO_LIST };
  }
  const rows = FIRST_TILES / widest;
  const left = height - rows * (FIRST_ROW + GAP.y) - GAP.y;
  const listRows = Math.max(1, Math.floor(left / LIST_ROW));
  const listed = listRows * widest;
  const list = { listed, listColumns: widest, listRows };
  const first = names.slice(0, FIRST_TILES);
  const tiles = { ...tiled(first, widest, FIRST_ROW, box.width), samples: 0 };
  return { ...tiles, columns: widest, rows, row: FIRST_ROW, ...list };
}

const NO_LIST = { listed: 0, listColumns: 0, listRows: 0 };

function columnsOf(groups: number, tall: boolean): number {
  if (tall) return groups <= 3 ? 1 : 2;
  if (groups <= 2) return Math.max(1, groups);
  if (groups === 4) return 2;
  return groups <= 9 ? 3 : 4;
}

function tiled(names: readonly string[], columns: number, row: number, width: number) {
  const tile = (width - (columns - 1) * GAP.x) / columns;
  const height = row < LOW ? row - PAD : row * NAME;
  const place = { width: tile * (1 - COUNT), height, leading: LEADING };
  const fit = (name: string) => fitting(name, SIZES, place);
  const size = Math.min(...names.map(fit));
  const most = Math.min(MOST_LINES, Math.floor((row - PAD) / (size * LEADING)));
  const needed = Math.max(...names.map((name) => linesOf(name, place.width, size)));
  const lines = Math.max(1, Math.min(most, needed));
  const left = row - PAD - lines * size * LEADING;
  const samples = Math.min(MOST_SAMPLES, Math.max(0, Math.floor(left / SAMPLE)));
  return { tiles: names.length, size, lines, samples };
}
