/**
 * Drags on the timeline. While a drag lasts nothing but CSS variables change, and the seconds that are written on the
 * shots when a whole second is passed; the edit itself happens once, when the pointer is let go.
 */
import type { Edit } from '../board/edit';
import type { Limits } from '../board/limits';
import { rollRange, trimRange } from '../board/shots';
import {
  dragEdge,
  placeWhileDragging,
  shiftsWhileDragging,
  startOf,
  type DraggedEdge,
} from '../board/timeline';
import type { Gesture } from '../controls/gesture';
import type { Board } from '../platform';

/** What a drag needs of the timeline. */
export interface DragScene {
  board: Board;
  limits: Limits;
  /** The lane with `[data-part]` elements: shots, cuts, the end, the empty place. */
  lane: HTMLElement;
  /** Seconds the lane is wide. */
  scale: number;
  /** Shows whole seconds for each shot while they change; null when the drag is over. */
  showSeconds(seconds: number[] | null): void;
  edit(edit: Edit): void;
}

function parts(lane: HTMLElement, part: string): HTMLElement[] {
  return [...lane.querySelectorAll<HTMLElement>(`[data-part="${part}"]`)];
}

/** Draws shots of these lengths (in seconds with parts) without changing the board. */
function draw(scene: DragScene, spans: readonly number[]): void {
  const shots = parts(scene.lane, 'shot');
  const cuts = parts(scene.lane, 'cut');
  let from = 0;
  for (const [index, span] of spans.entries()) {
    shots[index]?.style.setProperty('--from', String(from));
    shots[index]?.style.setProperty('--span', String(span));
    from += span;
    cuts[index]?.style.setProperty('--from', String(from));
  }
  for (const gap of parts(scene.lane, 'gap')) {
    gap.style.setProperty('--from', String(from));
    gap.style.setProperty('--span', String(Math.max(0, scene.scale - from)));
  }
}

function lengths(board: Board): number[] {
  return board.shots.map((shot) => shot.seconds);
}

/** Moves the cut after a shot: one shot gets longer as its neighbour gets shorter. */
export function rollGesture(scene: DragScene, index: number): Gesture {
  const range = rollRange(scene.board, index, scene.limits);
  const start = startOf(scene.board, index);
  const spans = lengths(scene.board);
  const both = (spans[index] ?? 0) + (spans[index + 1] ?? 0);
  return edgeGesture(scene, index, range ?? { min: 0, max: 0 }, (at) => {
    const preview = [...spans];
    preview[index] = at - start;
    preview[index + 1] = both - (at - start);
    return { spans: preview, edit: { kind: 'roll', index, to: Math.round(at) } };
  });
}

/** Moves the end of a shot and everything behind it. */
export function trimGesture(scene: DragScene, index: number): Gesture {
  const range = trimRange(scene.board, index, scene.limits);
  const start = startOf(scene.board, index);
  const spans = lengths(scene.board);
  const walls = { min: start + range.min, max: start + range.max };
  return edgeGesture(scene, index, walls, (at) => {
    const preview = [...spans];
    preview[index] = at - start;
    return { spans: preview, edit: { kind: 'trim', index, seconds: Math.round(at - start) } };
  });
}

function edgeGesture(
  scene: DragScene,
  index: number,
  walls: { min: number; max: number },
  previewAt: (at: number) => { spans: number[]; edit: Edit },
): Gesture {
  const pixels = scene.lane.clientWidth / scene.scale;
  const from = startOf(scene.board, index + 1);
  const handle = parts(scene.lane, 'cut')[index];
  let edge: DraggedEdge = { drawn: from, second: from, atWall: false };
  const back = (): void => {
    handle?.classList.remove('dragged', 'at-wall');
    draw(scene, lengths(scene.board));
    scene.showSeconds(null);
  };
  handle?.classList.add('dragged');
  return {
    move(dx) {
      const before = edge;
      edge = dragEdge(from + dx / pixels, walls.min, walls.max, pixels);
      draw(scene, previewAt(edge.drawn).spans);
      if (before.atWall !== edge.atWall) handle?.classList.toggle('at-wall', edge.atWall);
      if (before.second !== edge.second) scene.showSeconds(previewAt(edge.second).spans);
    },
    commit() {
      back();
      if (edge.second !== from) scene.edit(previewAt(edge.second).edit);
    },
    cancel: back,
  };
}

/** Takes a shot out of the row and puts it down at another place. */
export function moveGesture(scene: DragScene, index: number): Gesture {
  const pixels = scene.lane.clientWidth / scene.scale;
  const shots = parts(scene.lane, 'shot');
  const dragged = shots[index];
  const start = startOf(scene.board, index);
  const room =
    scene.board.shots.reduce((sum, shot) => sum + shot.seconds, 0) - (scene.board.shots[index]?.seconds ?? 0);
  let place = index;
  const shift = (to: number): void => {
    for (const [at, seconds] of shiftsWhileDragging(scene.board, index, to).entries()) {
      if (at !== index) shots[at]?.style.setProperty('--shift', `${seconds * pixels}px`);
    }
  };
  const back = (): void => {
    scene.lane.classList.remove('moving');
    dragged?.classList.remove('lifted');
    for (const shot of shots) shot.style.removeProperty('--shift');
  };
  scene.lane.classList.add('moving');
  dragged?.classList.add('lifted');
  return {
    move(dx) {
      // The row ends where its shots end: beyond it the shot only gives a little.
      const at = dragEdge(start + dx / pixels, 0, room, pixels);
      const drawn = at.atWall ? at.drawn : start + dx / pixels;
      dragged?.style.setProperty('--shift', `${(drawn - start) * pixels}px`);
      const next = placeWhileDragging(scene.board, index, drawn - start);
      if (next !== place) shift(next);
      place = next;
    },
    commit() {
      back();
      if (place !== index) scene.edit({ kind: 'move', from: index, to: place });
    },
    cancel: back,
  };
}
