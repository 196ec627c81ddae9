/**
 * Taking pictures in: dropped, pasted, chosen, or cut from a take. Each goes into a well, becomes a shot's panel or shows
 * an element.
 */
import type { Frame, IntakeNote, Mend, TakenIn } from '../platform';
import { t } from '../strings/text';
import { draft } from './draft.svelte';
import { problemOf } from '../platform';
import { problemWords, report } from './problems';
import { session } from './session.svelte';
import { stage } from './stage.svelte';

/** Where a picture goes: `shot-0` is the panel of the first shot, `element-0` the pictures of the first element. */
export type Place = 'first-frame' | 'last-frame' | `shot-${number}` | `element-${number}`;

export function isPlace(text: string | undefined): text is Place {
  return text === 'first-frame' || text === 'last-frame' || /^(shot|element)-\d+$/.test(text ?? '');
}

/** The number of the shot or element a place belongs to, from 0; undefined for all other places. */
function numberOf(place: Place, kind: 'shot' | 'element'): number | undefined {
  return place.startsWith(`${kind}-`) ? Number(place.slice(kind.length + 1)) : undefined;
}

function isWell(place: Place): boolean {
  return place === 'first-frame' || place === 'last-frame';
}

class Intake {
  /** Places a picture is on its way to. */
  busy = $state.raw<ReadonlySet<Place>>(new Set());
  /** What was done to the picture of a well by itself, by the picture's id. */
  notes = $state.raw<ReadonlyMap<string, IntakeNote[]>>(new Map());
  /** What went wrong at a place, until something goes right there. */
  problems = $state.raw<ReadonlyMap<Place, string>>(new Map());
  /** The place files are held over. */
  over = $state<Place | null>(null);

  /** Dropped files. Two on a well fill both wells; several on a shot fill it and those behind it; an element takes all. */
  async drop(place: Place, paths: string[]): Promise<void> {
    if (isWell(place)) return this.#dropOnWell(place, paths);
    const shot = numberOf(place, 'shot');
    for (const [offset, path] of paths.entries()) {
      if (shot !== undefined && shot + offset >= draft.board.shots.length) break;
      const target: Place = shot === undefined ? place : `shot-${shot + offset}`;
      await this.#attempt(target, async () => this.put(target, await this.#path(path)));
    }
  }

  async #dropOnWell(place: Place, paths: string[]): Promise<void> {
    await this.#attempt(place, async () => {
      const [a, b] = paths;
      if (b === undefined) return this.put(place, await this.#path(a));
      const first = this.#noted(await this.#path(a));
      draft.edit({ kind: 'both-frames', first, last: this.#noted(await this.#path(b)) });
    });
  }

  async browse(place: Place): Promise<void> {
    await this.#attempt(place, async () => {
      const taken = await session.call('pick_frame', {});
      if (taken) this.put(place, taken);
    });
  }

  async paste(place: Place): Promise<void> {
    await this.#attempt(place, async () => {
      const taken = await session.call('take_in_clipboard', {});
      if (taken) this.put(place, taken);
      else draft.tell({ key: 'well.nothing-to-paste' });
    });
  }

  /** The frame under the playhead of the take on the stage. */
  async fromStage(place: Place): Promise<void> {
    const { take, frame } = stage;
    if (!take) return;
    await this.#attempt(place, async () => {
      this.put(place, await session.call('frame_from_take', { take: take.id, frame }));
    });
  }

  async mend(place: Place, frame: Frame, mend: Mend): Promise<void> {
    await this.#attempt(place, async () => {
      this.put(place, await session.call('mend_frame', { frame, mend }));
    });
  }

  put(place: Place, taken: TakenIn): void {
    const frame = this.#noted(taken);
    const shot = numberOf(place, 'shot');
    const element = numberOf(place, 'element');
    if (shot !== undefined) draft.edit({ kind: 'panel', index: shot, frame });
    else if (element !== undefined) draft.edit({ kind: 'add-element-picture', index: element, frame });
    else if (place === 'first-frame') draft.edit({ kind: 'first-frame', frame });
    else draft.edit({ kind: 'last-frame', frame });
  }

  /** A picture that is in the library already. */
  copy(place: Place, frame: Frame): void {
    this.put(place, { frame, notes: this.notes.get(frame.id) ?? [] });
  }

  /** Takes the picture out of a well or a panel. An element's pictures are taken out one by one, where they stand. */
  clear(place: Exclude<Place, `element-${number}`>): void {
    const index = numberOf(place, 'shot');
    if (index !== undefined) draft.edit({ kind: 'panel', index, frame: null });
    else if (place === 'first-frame') draft.edit({ kind: 'first-frame', frame: null });
    else draft.edit({ kind: 'last-frame', frame: null });
    this.#setProblem(place, undefined);
  }

  #path(path: string | undefined): Promise<TakenIn> {
    return session.call('take_in_path', { path: path ?? '' });
  }

  #noted(taken: TakenIn): Frame {
    this.notes = new Map(this.notes).set(taken.frame.id, taken.notes);
    return taken.frame;
  }

  async #attempt(place: Place, work: () => Promise<void>): Promise<void> {
    this.busy = new Set([...this.busy, place]);
    try {
      await work();
      this.#setProblem(place, undefined);
    } catch (thrown) {
      const words = problemWords(problemOf(thrown));
      if (isWell(place)) this.#setProblem(place, `${words.title}. ${words.remedy}`);
      else report(thrown);
    } finally {
      this.busy = new Set([...this.busy].filter((one) => one !== place));
    }
  }

  #setProblem(place: Place, text: string | undefined): void {
    const problems = new Map(this.problems);
    if (text === undefined) problems.delete(place);
    else problems.set(place, text);
    this.problems = problems;
  }
}

export const intake = new Intake();

/** Quiet words for what was done to a picture. */
export function noteWords(notes: readonly IntakeNote[]): string {
  return notes.map((note) => t(`well.note.${note}`)).join(', ');
}
