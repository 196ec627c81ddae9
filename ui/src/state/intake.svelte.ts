/**
 * Taking pictures in: dropped, pasted, chosen, or cut from a take. Each goes into a well, becomes a shot's panel or shows
 * an element.
 */
import { firstWithoutPanel, mostShots, roomForPanels } from '../board/panels';
import type { Frame, IntakeNote, Mend, TakenIn, TakeSummary } from '../platform';
import { problemOf } from '../platform';
import { t } from '../strings/text';
import { draft } from './draft.svelte';
import {
  askedAt,
  isPlace,
  isWell,
  numberOf,
  placeNow,
  type Asked,
  type Gone,
  type Place,
} from './intake-places';
import { problemWords, report } from './problems';
import { session } from './session.svelte';
import { stage } from './stage.svelte';
import { toasts } from './toasts.svelte';

export { isPlace, type Place };

/** Where a picture stands that a finding can offer to change: panels are never sent, so none speaks of them. */
type MendedPlace = 'first-frame' | 'last-frame' | `element-${number}`;

class Intake {
  /** What was done to the picture of a well by itself, by the picture's id. */
  notes = $state.raw<ReadonlyMap<string, IntakeNote[]>>(new Map());
  /** The place files are held over. */
  over = $state<Place | null>(null);

  #onTheWay = $state.raw<readonly Asked[]>([]);
  #problems = $state.raw<readonly { asked: Asked; text: string }[]>([]);

  /** Places of the open board that a picture is on its way to. */
  readonly busy = $derived<ReadonlySet<Place>>(new Set(this.#onTheWay.flatMap(placesHere)));
  /** What went wrong at a place of the open board, until something goes right there. */
  readonly problems = $derived<ReadonlyMap<Place, string>>(
    new Map(this.#problems.flatMap(({ asked, text }) => placesHere(asked).map((place) => [place, text]))),
  );

  /** Dropped files. Two on a well fill both wells; several on a shot fill it and those behind it, and the rest become
   *  shots; on the timeline they go on where no panels are yet; an element takes all. */
  async drop(place: Place, paths: string[]): Promise<void> {
    const { board } = draft;
    if (isWell(place)) return this.#dropOnWell(askedAt(board, place), paths);
    if (place === 'timeline') return this.#dropOnShots(firstWithoutPanel(board), paths);
    const shot = numberOf(place, 'shot');
    if (shot !== undefined) return this.#dropOnShots(shot, paths);
    await this.#putEach(paths.map((path) => ({ path, asked: askedAt(board, place) })));
  }

  async #dropOnShots(from: number, paths: string[]): Promise<void> {
    const { board } = draft;
    const there = board.shots.length - from;
    const rest = { asked: askedAt(board, 'timeline'), paths: paths.slice(there) };
    // All of them are asked for now: while the first is taken in, the others' shots may move.
    await this.#putEach(
      paths.slice(0, there).map((path, offset) => ({ path, asked: askedAt(board, `shot-${from + offset}`) })),
    );
    await this.#addShots(rest.asked, rest.paths);
  }

  async #putEach(all: { path: string; asked: Asked }[]): Promise<void> {
    for (const { path, asked } of all)
      await this.#attempt(asked, async () => void this.#put(asked, await this.#path(path)));
  }

  /** Files that become shots, in one step of undo. What does not fit is said. */
  async #addShots(asked: Asked, paths: string[]): Promise<void> {
    const { limits } = draft;
    if (paths.length === 0 || !limits) return;
    const room = roomForPanels(draft.board, limits);
    const frames: Frame[] = [];
    for (const path of paths.slice(0, room))
      await this.#attempt(asked, async () => void frames.push(this.#noted(await this.#path(path))));
    if (frames.length > 0 && this.#here(asked, frames.length)) this.#addPanels(frames);
    if (paths.length > room)
      toasts.show({
        tone: 'bad',
        text: t('intake.no-room', { count: paths.length - room }),
        detail: t('intake.no-room-how', { max: mostShots(limits) }),
      });
  }

  #addPanels(frames: Frame[]): boolean {
    return draft.edit({ kind: 'add-panels', frames, ids: frames.map(() => crypto.randomUUID()) });
  }

  async #dropOnWell(asked: Asked, paths: string[]): Promise<void> {
    await this.#attempt(asked, async () => {
      const [a, b] = paths;
      if (b === undefined) return void this.#put(asked, await this.#path(a));
      const first = await this.#path(a);
      const last = await this.#path(b);
      if (!this.#here(asked, 2)) return;
      draft.edit({ kind: 'both-frames', first: this.#noted(first), last: this.#noted(last) });
    });
  }

  async browse(place: Place): Promise<void> {
    const asked = askedAt(draft.board, place);
    await this.#attempt(asked, async () => {
      const taken = await session.call('pick_frame', {});
      if (taken) this.#put(asked, taken);
    });
  }

  async paste(place: Place): Promise<void> {
    const asked = askedAt(draft.board, place);
    await this.#attempt(asked, async () => {
      const taken = await session.call('take_in_clipboard', {});
      if (taken) this.#put(asked, taken);
      else draft.tell({ key: 'well.nothing-to-paste' });
    });
  }

  /** The frame under the playhead of the take on the stage. */
  async fromStage(place: Place): Promise<void> {
    const { take, frame } = stage;
    if (!take) return;
    const asked = askedAt(draft.board, place);
    await this.#attempt(asked, async () => void (await this.#fromTake(asked, take, frame)));
  }

  /** A frame of any take. False when it could not go there, which was said. Throws what the core throws. */
  fromTake(place: Place, take: TakeSummary, frame: number): Promise<boolean> {
    return this.#fromTake(askedAt(draft.board, place), take, frame);
  }

  async #fromTake(asked: Asked, take: TakeSummary, frame: number): Promise<boolean> {
    return this.#put(asked, await session.call('frame_from_take', { take: take.id, frame }));
  }

  /** Changes a picture of a well or of an element as a finding offers, and puts the result in its place. */
  async mend(place: MendedPlace, frame: Frame, mend: Mend): Promise<void> {
    const asked = askedAt(draft.board, place);
    await this.#attempt(asked, async () => {
      const taken = await session.call('mend_frame', { frame, mend });
      const now = this.#here(asked);
      if (now && !this.#replace(now, frame, taken)) {
        toasts.show({ tone: 'bad', text: t('intake.not-mended'), detail: t('intake.not-mended-how') });
      }
    });
  }

  /** Puts a picture in the place of another one. False when that one is not there any more. */
  #replace(place: Place, old: Frame, taken: TakenIn): boolean {
    const { board } = draft;
    const index = numberOf(place, 'element');
    if (index === undefined) {
      const now = place === 'first-frame' ? board.first_frame : board.last_frame;
      if (now?.id !== old.id) return false;
      draft.edit({ kind: place === 'first-frame' ? 'first-frame' : 'last-frame', frame: this.#noted(taken) });
      return true;
    }
    const picture = board.elements[index]?.pictures.findIndex(({ id }) => id === old.id) ?? -1;
    if (picture < 0) return false;
    draft.edit({ kind: 'replace-element-picture', index, picture, frame: this.#noted(taken) });
    return true;
  }

  /** A picture that is in the library already. */
  copy(place: Place, frame: Frame): void {
    this.#put(askedAt(draft.board, place), { frame, notes: this.notes.get(frame.id) ?? [] });
  }

  /** Takes the picture out of a well or a panel. An element's pictures are taken out one by one, where they stand. */
  clear(place: Exclude<Place, 'timeline' | `element-${number}`>): void {
    const index = numberOf(place, 'shot');
    if (index !== undefined) draft.edit({ kind: 'panel', index, frame: null });
    else if (place === 'first-frame') draft.edit({ kind: 'first-frame', frame: null });
    else draft.edit({ kind: 'last-frame', frame: null });
    this.#setProblem(askedAt(draft.board, place), undefined);
  }

  /** Puts a picture where it was asked for. False when it cannot go there, which is said. */
  #put(asked: Asked, taken: TakenIn): boolean {
    const place = this.#here(asked);
    if (!place) return false;
    const frame = this.#noted(taken);
    const shot = numberOf(place, 'shot');
    const element = numberOf(place, 'element');
    if (place === 'timeline') return this.#addPanels([frame]);
    if (shot !== undefined) return draft.edit({ kind: 'panel', index: shot, frame });
    if (element !== undefined) return draft.edit({ kind: 'add-element-picture', index: element, frame });
    return draft.edit({ kind: place === 'first-frame' ? 'first-frame' : 'last-frame', frame });
  }

  /** Where the asked place is now; undefined when it is not on the open board any more, which is said. */
  #here(asked: Asked, count = 1): Place | undefined {
    const now = placeNow(draft.board, asked);
    if ('place' in now) return now.place;
    sayNotPut(asked, now.gone, count);
    return undefined;
  }

  #path(path: string | undefined): Promise<TakenIn> {
    return session.call('take_in_path', { path: path ?? '' });
  }

  #noted(taken: TakenIn): Frame {
    this.notes = new Map(this.notes).set(taken.frame.id, taken.notes);
    return taken.frame;
  }

  async #attempt(asked: Asked, work: () => Promise<void>): Promise<void> {
    this.#onTheWay = [...this.#onTheWay, asked];
    try {
      await work();
      this.#setProblem(asked, undefined);
    } catch (thrown) {
      const words = problemWords(problemOf(thrown));
      const seen = isWell(asked.place) && draft.board.id === asked.board.id;
      if (seen) this.#setProblem(asked, `${words.title}. ${words.remedy}`);
      else report(thrown);
    } finally {
      this.#onTheWay = this.#onTheWay.filter((one) => one !== asked);
    }
  }

  #setProblem(asked: Asked, text: string | undefined): void {
    const others = this.#problems.filter(
      (one) => one.asked.board.id !== asked.board.id || one.asked.place !== asked.place,
    );
    this.#problems = text === undefined ? others : [...others, { asked, text }];
  }
}

/** The asked place, if it is on the open board. */
function placesHere(asked: Asked): Place[] {
  const now = placeNow(draft.board, asked);
  return 'place' in now ? [now.place] : [];
}

function sayNotPut(asked: Asked, gone: Gone, count: number): void {
  toasts.show({
    tone: 'bad',
    text: t('intake.not-put', { count }),
    detail: t(`intake.not-put.${gone}`, { count, board: asked.board.name }),
  });
}

export const intake = new Intake();

/** Quiet words for what was done to a picture. */
export function noteWords(notes: readonly IntakeNote[]): string {
  return notes.map((note) => t(`well.note.${note}`)).join(', ');
}

/** What a mend is called where it is offered. */
export function mendWords(mend: Mend): string {
  return mend.kind === 'crop' ? t('mend.crop', { ratio: mend.ratio }) : t(`mend.${mend.kind}`);
}
