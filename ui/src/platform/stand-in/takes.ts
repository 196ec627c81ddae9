/** The stand-in's takes: as many as asked for, over some weeks, of every kind the gallery shows. */
import type { Board, TakeDetail, TakePage, TakeSummary, TakesQuery, TakeVerdict } from '../contract';
import { take } from './library';

const HOUR = 3_600_000;

/** How many takes lie in the library; the address of the window may ask for another number with `?takes=`. */
const USUAL = 160;

export function takesAsked(): number {
  const asked = new URLSearchParams(location.search).get('takes');
  return asked === null ? USUAL : Math.max(0, Number(asked) || 0);
}

const MAKERS: Pick<TakeSummary, 'provider' | 'provider_name' | 'model_name'>[] = [
  { provider: 'wavespeed', provider_name: 'WaveSpeed', model_name: 'Kling 3.0 Pro' },
  { provider: 'evolink', provider_name: 'EvoLink', model_name: 'Kling 3.0 1080p' },
  { provider: 'fal', provider_name: 'fal', model_name: 'Kling 3.0 Pro' },
];
const SHAPES = [
  { ratio: '16:9', width: 1920, height: 1080 },
  { ratio: '16:9', width: 1280, height: 720 },
  { ratio: '9:16', width: 1080, height: 1920 },
  { ratio: '16:9', width: 1920, height: 1080 },
  { ratio: '1:1', width: 1440, height: 1440 },
] as const;
const VERDICTS: TakeVerdict[] = ['none', 'pick', 'none', 'reject', 'none', 'none', 'pick'];
const RATINGS = [0, 4, 0, 0, 2, 0, 5, 3, 0, 1, 0];

/** Some number for each index, the same in every run. */
function scattered(index: number, below: number): number {
  return ((index * 2_654_435_761) >>> 7) % below;
}

export function manyTakes(boards: readonly Board[], count: number): TakeSummary[] {
  const usable = boards.filter((board) => board.id !== 'empty');
  return Array.from({ length: count }, (_, index) => {
    const board = usable[scattered(index + 3, usable.length)];
    const shape = SHAPES[scattered(index, SHAPES.length)];
    if (!board || !shape) throw new Error('the stand-in has no boards');
    const rehearsal = scattered(index + 1, 6) === 0;
    const maker = rehearsal
      ? { provider: 'rehearsal', provider_name: 'Rehearsal', model_name: 'Animatic Draft' }
      : MAKERS[scattered(index + 2, MAKERS.length)];
    const seconds = board.shots.reduce((sum, shot) => sum + shot.seconds, 0);
    return take(`${board.id}-${index}`, board, {
      ...maker,
      ...shape,
      rehearsal,
      frames: seconds * 24,
      price: rehearsal ? 0 : seconds * 168_000,
      rating: rehearsal ? 0 : (RATINGS[scattered(index + 5, RATINGS.length)] ?? 0),
      verdict: rehearsal ? 'none' : (VERDICTS[scattered(index + 7, VERDICTS.length)] ?? 'none'),
      trashed: scattered(index + 11, 23) === 0,
      damaged: scattered(index + 13, 41) === 0,
      kibibytes: 5_000 + scattered(index, 9_000),
      created_at: Date.now() - HOUR - index * 1.7 * HOUR,
    });
  });
}

/** One page of the takes that match, as the core would answer it. */
export function pageOf(all: readonly TakeSummary[], query: TakesQuery): TakePage {
  const words = query.search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(
    (one) =>
      one.trashed === query.trashed &&
      (query.provider === null || one.provider === query.provider) &&
      (query.verdict === null || one.verdict === query.verdict) &&
      (query.board === null || one.board_id === query.board) &&
      one.rating >= query.rating_at_least &&
      words.every((word) => `${one.board_name} ${one.prompt}`.toLowerCase().includes(word)),
  );
  const ordered = found.toSorted((a, b) =>
    query.oldest_first ? a.created_at - b.created_at : b.created_at - a.created_at,
  );
  const first = query.after === null ? 0 : ordered.findIndex((one) => one.id === query.after) + 1;
  const takes = ordered.slice(first, first + query.limit);
  const more = first + takes.length < ordered.length;
  return { takes, next: more ? (takes.at(-1)?.id ?? null) : null, total: ordered.length };
}

export function detailOf(one: TakeSummary, board: Board): TakeDetail {
  const seconds = Math.round((one.frames * 1_000) / one.frame_rate_millis);
  const body = {
    model: 'kling-v3',
    duration: seconds,
    aspect_ratio: one.ratio,
    sound: one.audio,
    multi_prompt: board.shots.map((shot) => ({ prompt: shot.prompt, duration: shot.seconds })),
  };
  return {
    take: one,
    board,
    request: one.rehearsal ? null : JSON.stringify(body, null, 2),
    remote_id: one.rehearsal ? null : `0f3c2d6f-71aa-4c52-${one.id}-9b7f`,
    quote: one.rehearsal
      ? null
      : {
          total: one.price,
          per_take: one.price,
          per_second: 168_000,
          seconds,
          takes: 1,
          credits: null,
          reasons: ['audio'],
          source: `${one.provider_name}, price page`,
          date: '2026-09-20',
          edited: false,
        },
    file_name: `2026-11-19 ${one.board_name} ${one.id}.mp4`,
    sha256: '0'.repeat(64),
    took_seconds: one.rehearsal ? 2 : 98,
  };
}
