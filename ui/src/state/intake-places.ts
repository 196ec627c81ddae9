/**
 * Where a picture goes. Taking one in lasts: until it is here another board may be open, and shots and elements may
 * stand elsewhere. So the place is kept as it was asked for, and looked up again when the picture is here.
 */
import { originOf } from '../board/elements';
import type { Board, Element } from '../platform';

/**
 * Where a picture goes: `shot-0` is the panel of the first shot, `element-0` the pictures of the first element, and on the
 * `timeline` it becomes a shot.
 */
export type Place = 'first-frame' | 'last-frame' | 'timeline' | `shot-${number}` | `element-${number}`;

export function isPlace(text: string | undefined): text is Place {
  return /^(first-frame|last-frame|timeline)$/.test(text ?? '') || /^(shot|element)-\d+$/.test(text ?? '');
}

export function isWell(place: Place): place is 'first-frame' | 'last-frame' {
  return place === 'first-frame' || place === 'last-frame';
}

/** The number of the shot or element a place belongs to, from 0; undefined for all other places. */
export function numberOf(place: Place, kind: 'shot' | 'element'): number | undefined {
  return place.startsWith(`${kind}-`) ? Number(place.slice(kind.length + 1)) : undefined;
}

/** A place as it was when somebody asked for a picture there. */
export interface Asked {
  place: Place;
  board: Pick<Board, 'id' | 'name'>;
  /** The shot that stood there, by its id. */
  shot: string | undefined;
  /** The element that stood there. */
  element: Element | undefined;
}

export function askedAt(board: Board, place: Place): Asked {
  const { id, name, shots, elements } = board;
  const shot = numberOf(place, 'shot');
  const element = numberOf(place, 'element');
  return {
    place,
    board: { id, name },
    shot: shot === undefined ? undefined : shots[shot]?.id,
    element: element === undefined ? undefined : elements[element],
  };
}

/** Why a picture cannot go where it was asked for. */
export type Gone = 'board' | 'shot' | 'element';

/** Where on this board the asked place is now. */
export function placeNow(board: Board, asked: Asked): { place: Place } | { gone: Gone } {
  if (board.id !== asked.board.id) return { gone: 'board' };
  if (isWell(asked.place) || asked.place === 'timeline') return { place: asked.place };
  const { element } = asked;
  if (numberOf(asked.place, 'element') === undefined) {
    const at = board.shots.findIndex(({ id }) => id === asked.shot);
    return at < 0 ? { gone: 'shot' } : { place: `shot-${at}` };
  }
  const at = board.elements.findIndex((one) => element && originOf(one) === originOf(element));
  return at < 0 ? { gone: 'element' } : { place: `element-${at}` };
}
