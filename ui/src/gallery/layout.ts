/**
 * Where every picture of the gallery lies: rows of equal height that fill the width, a heading above each day. Known
 * from the stored sizes alone, so that nothing is measured and any part can be drawn without the parts before it.
 */

/** What the layout needs of a take. */
export interface Tile {
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
  /** Milliseconds since 1970. */
  created_at: number;
}

/**
 * One row. `top` is the sum of all heights and gaps before it, `picture` the height of the pictures without what stands
 * below them; all in CSS pixels.
 */
export type Row =
  | { kind: 'day'; top: number; height: number; day: number; first: number; count: number }
  | { kind: 'tiles'; top: number; height: number; picture: number; first: number; count: number };

export interface Layout {
  rows: Row[];
  /** Height of everything, in CSS pixels. */
  height: number;
  /** Width it was made for, in CSS pixels. */
  width: number;
}

/** Where one tile lies in its row, in CSS pixels. */
export interface Cell {
  index: number;
  left: number;
  width: number;
}

/** Height the pictures of a row want, in CSS pixels; they grow up to `TALLEST` to fill the width. */
export const ROW = 142;
const TALLEST = 190;
/** Between pictures, and between rows. */
export const GAP = 12;
const DAY = 40;
/** Below each picture, for its name and marks: pictures carry words of their own, so none are laid over them. */
export const CAPTION = 44;
/** Shapes beyond these are cropped: a banner must not take the row, nor a strip vanish in it. */
const SHAPES = { narrowest: 0.5, widest: 2.4 };

/** Width for a height of one. */
export function shapeOf(tile: Tile): number {
  const shape = tile.height > 0 ? tile.width / tile.height : 16 / 9;
  return Math.min(SHAPES.widest, Math.max(SHAPES.narrowest, shape || 16 / 9));
}

/** The rows of all tiles, which must be in order of time, for a width in CSS pixels. */
export function layout(tiles: readonly Tile[], width: number): Layout {
  const rows: Row[] = [];
  let top = 0;
  let index = 0;
  while (index < tiles.length) {
    const end = endOfDay(tiles, index);
    const day = startOfDay(tiles[index]?.created_at ?? 0);
    rows.push({ kind: 'day', top, height: DAY, day, first: index, count: end - index });
    top += DAY;
    while (index < end) {
      const row = fillRow(tiles, index, end, width);
      const { count, height: picture } = row;
      const height = picture + CAPTION;
      rows.push({ kind: 'tiles', top, height, picture, first: index, count });
      top += height + GAP;
      index += count;
    }
  }
  return { rows, height: top, width };
}

/** As many tiles as fit at the wished height; a full row is stretched to the width, the last of a day is not. */
function fillRow(
  tiles: readonly Tile[],
  first: number,
  end: number,
  width: number,
): { count: number; height: number } {
  let shapes = 0;
  for (let index = first; index < end; index += 1) {
    const tile = tiles[index];
    if (!tile) break;
    shapes += shapeOf(tile);
    const count = index - first + 1;
    const height = (width - (count - 1) * GAP) / shapes;
    if (height <= ROW) {
      // One picture less may come nearer to the wished height.
      const fewer = shapes - shapeOf(tile);
      const without = count > 1 ? (width - (count - 2) * GAP) / fewer : Infinity;
      const nearer = without <= TALLEST && without - ROW < ROW - height;
      return nearer
        ? { count: count - 1, height: Math.floor(without) }
        : { count, height: Math.max(1, Math.floor(height)) };
    }
  }
  const count = end - first;
  const height = (width - (count - 1) * GAP) / Math.max(shapes, 0.001);
  return { count, height: Math.max(1, Math.floor(Math.min(ROW, height))) };
}

/** The cells of a row of tiles. Widths are whole pixels, and a full row ends exactly at the right edge. */
export function cellsOf(row: Row, tiles: readonly Tile[], width: number): Cell[] {
  if (row.kind === 'day') return [];
  const shapes: number[] = [];
  for (let index = row.first; index < row.first + row.count; index += 1) {
    const tile = tiles[index];
    if (tile) shapes.push(shapeOf(tile));
  }
  const gaps = (shapes.length - 1) * GAP;
  const natural = shapes.reduce((sum, shape) => sum + shape, 0) * row.picture;
  // The height was rounded down: what that left over goes back into the widths.
  const full = width - gaps - natural < shapes.length * 4 && natural > 0;
  const stretch = full ? (width - gaps) / natural : 1;
  let edge = 0;
  return shapes.map((shape, place) => {
    const left = Math.round(edge) + place * GAP;
    edge += shape * row.picture * stretch;
    return { index: row.first + place, left, width: Math.round(edge) + place * GAP - left };
  });
}

/** The first and the last row that a stretch of the height touches; both inclusive, `[0, -1]` for none. */
export function rowsBetween({ rows }: Layout, from: number, to: number): [number, number] {
  const first = firstRow(rows, (row) => row.top + row.height > from);
  const last = firstRow(rows, (row) => row.top >= to) - 1;
  return first > last ? [0, -1] : [first, last];
}

/** The row a tile lies in; -1 when there is no such tile. */
export function rowOf({ rows }: Layout, index: number): number {
  // A day's heading counts the same tiles as its rows: only those of later days may end the search.
  const found = firstRow(rows, (row) =>
    row.kind === 'day' ? row.first > index : row.first + row.count > index,
  );
  return found < rows.length ? found : -1;
}

/** Index of the first row for which the test holds; the test must hold for all rows behind it. */
function firstRow(rows: readonly Row[], test: (row: Row) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && test(row)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Keys that move from tile to tile. */
export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

/** The tile a key leads to: up and down go to the one whose middle is nearest. */
export function neighbour(of: Layout, tiles: readonly Tile[], index: number, direction: Direction): number {
  const last = tiles.length - 1;
  if (direction === 'first') return Math.min(0, last);
  if (direction === 'last') return last;
  if (index < 0) return Math.min(0, last);
  if (direction === 'left') return Math.max(0, index - 1);
  if (direction === 'right') return Math.min(last, index + 1);
  const step = direction === 'up' ? -1 : 1;
  const from = rowOf(of, index);
  let target = from + step;
  while (of.rows[target]?.kind === 'day') target += step;
  const [row, here] = [of.rows[target], of.rows[from]];
  if (!row || !here) return index;
  const own = cellsOf(here, tiles, of.width).find((cell) => cell.index === index);
  const middle = own ? own.left + own.width / 2 : 0;
  const cells = cellsOf(row, tiles, of.width);
  const distance = (cell: Cell): number => Math.abs(cell.left + cell.width / 2 - middle);
  const nearest = cells.reduce<Cell | undefined>(
    (best, cell) => (best && distance(best) <= distance(cell) ? best : cell),
    undefined,
  );
  return nearest?.index ?? index;
}

/**
 * Which drawn row holds which row of the layout: those that stay keep their place, the others are used again for the
 * new ones, so that scrolling makes no elements.
 */
export function recycle(before: readonly number[], wanted: readonly number[]): number[] {
  const keep = new Set(wanted);
  const kept = before.map((row) => (keep.has(row) ? row : -1));
  const held = new Set(kept);
  const fresh = wanted.filter((row) => !held.has(row));
  const after = kept.map((row) => (row === -1 ? (fresh.shift() ?? -1) : row));
  after.push(...fresh);
  while (after.at(-1) === -1) after.pop();
  return after;
}

/** Midnight before a moment, where the person is; both in milliseconds since 1970. */
export function startOfDay(moment: number): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}

/** The index after the last tile of the same day. */
function endOfDay(tiles: readonly Tile[], index: number): number {
  const start = new Date(startOfDay(tiles[index]?.created_at ?? 0));
  const from = start.getTime();
  const to = start.setDate(start.getDate() + 1);
  let end = index + 1;
  for (let tile = tiles[end]; tile && tile.created_at >= from && tile.created_at < to; tile = tiles[end])
    end += 1;
  return end;
}
