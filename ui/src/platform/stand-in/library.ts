/** What lies in the stand-in's library: some boards, and what its takes have in common. */
import { ProblemError } from '../bridge';
import type {
  Board,
  BoardSummary,
  Frame,
  LibraryView,
  Nothing,
  Problem,
  Shot,
  TakeSummary,
} from '../contract';

const NOW = Date.now();
const MINUTE = 60_000;

export function frame(name: string, width = 1920, height = 1080): Frame {
  return { id: name, format: 'png', width, height, bytes: 2_400_000, traits: [] };
}

export function emptyBoard(id: string): Board {
  return {
    id,
    name: 'Untitled',
    prompt: '',
    negative_prompt: '',
    shots: [{ id: crypto.randomUUID(), prompt: '', seconds: 5, panel: null }],
    plan: 'customize',
    first_frame: null,
    last_frame: null,
    ratio: '16:9',
    audio: false,
    guidance: null,
    elements: [],
    takes: 1,
    provider: 'wavespeed',
    model: 'kling-3.0-pro',
    watermark: false,
    callback: '',
    first_frame_address: '',
    last_frame_address: '',
    overlay: { shot_number: true, timecode: true, prompt: true },
    transition: 'cut',
  };
}

function shot(seconds: number, picture: string | null, prompt: string): Shot {
  return { id: crypto.randomUUID(), prompt, seconds, panel: picture ? frame(picture) : null };
}

function board(id: string, name: string, shots: Shot[], part: Partial<Board> = {}): Board {
  return { ...emptyBoard(id), name, shots, ...part };
}

export function boards(): Board[] {
  return [
    board(
      'harbour',
      'Harbour at dawn',
      [
        shot(
          4,
          'harbour',
          'Wide shot, the harbour wakes, gulls and engines over still water, first light behind the cranes',
        ),
        shot(
          4,
          'hands',
          "Close on @mara's hands untying the rope, push in slowly. Salt on her knuckles, breath in the cold air. The word HOPE painted on the hull behind her.",
        ),
        shot(4, 'piers', 'The boat slides out between the piers, the camera holds until it is small'),
      ],
      {
        first_frame: frame('harbour'),
        elements: [{ name: 'mara', element_id: '829123456789', description: '', pictures: [] }],
        audio: true,
        guidance: 50,
      },
    ),
    board('door', 'Red door, take it slow', [shot(5, 'door', '')], {
      prompt: 'A red door at the end of a corridor, slow push in, dust in the light',
      first_frame: frame('door'),
    }),
    board('ferry', 'Night ferry', [
      ...['Deck lights', 'The wake', 'A face at the rail', 'The bridge', 'Engine hum', 'Landfall'].map(
        (words, index) => shot(index < 3 ? 3 : 2, index % 2 ? null : 'ferry', words),
      ),
    ]),
    board('lighthouse', 'Lighthouse morning', [
      shot(4, 'lighthouse', 'The lamp goes out as the sun comes up, orbit left'),
      shot(4, null, 'The keeper closes the shutters, handheld'),
    ]),
    board('empty', 'Untitled', [shot(5, null, '')]),
  ];
}

export function summary(one: Board, index: number, trashed = false): BoardSummary {
  return {
    id: one.id,
    name: one.name,
    shots: one.shots.length,
    seconds: one.shots.reduce((sum, part) => sum + part.seconds, 0),
    picture: one.first_frame?.id ?? one.shots.find((part) => part.panel)?.panel?.id ?? null,
    updated_at: NOW - index * 50 * MINUTE,
    trashed,
  };
}

export function take(id: string, of: Board, part: Partial<TakeSummary> = {}): TakeSummary {
  return {
    id,
    generation_id: `generation-${id}`,
    board_id: of.id,
    board_name: of.name,
    provider: 'wavespeed',
    provider_name: 'WaveSpeed',
    model_name: 'Kling 3.0 Pro',
    rehearsal: false,
    prompt: of.shots.map((one) => one.prompt).join(' ') || of.prompt,
    shots: of.shots.length,
    ratio: of.ratio,
    width: 1280,
    height: 720,
    frames: 288,
    frame_rate_millis: 24_000,
    audio: of.audio,
    kibibytes: 8_100,
    price: 2_016_000,
    created_at: NOW - 30 * MINUTE,
    rating: 0,
    verdict: 'none',
    trashed: false,
    damaged: false,
    ...part,
  };
}

/** How the library is; the address of the window may ask for another state with `?library=`. */
export function libraryAsked(): Pick<LibraryView, 'read_only' | 'repaired'> {
  const asked = stateAsked();
  if (asked === 'offline')
    throw new ProblemError(problem('library-offline', 'the library is not at /media/anna/Films'));
  return {
    read_only: asked === 'in-use' ? problem('library-in-use', 'the library is open in another window') : null,
    repaired:
      asked === 'repaired'
        ? {
            at: Date.now(),
            copy_day: '2026-11-20',
            boards: 12,
            takes: 160,
            takes_beside: 3,
            lost_purchases: 3,
            old_file: '/home/anna/Videos/Harbour film/quarantine/2026-11-21T09-12-44Z',
          }
        : null,
  };
}

/** What the look through the library finds. */
export function damageAsked(): Nothing {
  if (stateAsked() === 'damaged')
    throw new ProblemError(problem('library-damaged', 'the library is damaged'));
  return {};
}

function stateAsked(): string | null {
  return new URLSearchParams(location.search).get('library');
}

function problem(code: string, message: string): Problem {
  return { code, message, hint: '', retryable: true };
}
