/** The stand-in's answer to each command. */
import { ProblemError, type Arguments, type Answer, type CommandName } from '../bridge';
import type { Board, Change, GenerationView, Settings, TakeSummary } from '../contract';
import { judge } from './judge';
import { boards, emptyBoard, frame, generation, generations, summary, take } from './library';
import { keys, prices, profiles } from './profiles';

type Commands = { [Name in CommandName]?: (args: Arguments<Name>) => Answer<Name> };

/** How often the stand-in's rehearsal moves on, in milliseconds, and by how many hundredths. */
const REHEARSAL = { every: 120, by: 10 };

export class Answers {
  #boards = new Map(boards().map((board) => [board.id, board]));
  #trash = new Set<string>();
  #generations = generations([...this.#boards.values()]);
  #takes: TakeSummary[] = [];
  #settings: Settings = {
    theme: 'system',
    renderer: 'automatic',
    base_urls: {},
    monthly_cap: 50_000_000,
    ask_above: 2_000_000,
    view: 'compose',
    open_board: 'harbour',
  };

  constructor(
    readonly send: (changes: Change[]) => void,
    readonly sequence: () => number,
  ) {
    const harbour = this.#board('harbour');
    const rehearsal = { rehearsal: true, provider: 'rehearsal', provider_name: 'Rehearsal', price: 0 };
    this.#takes = [
      take('take-harbour-rehearsal', harbour, rehearsal),
      ...[...this.#boards.values()]
        .slice(0, 4)
        .map((board, index) =>
          take(`take-${board.id}`, board, { rating: index + 1, verdict: index === 1 ? 'reject' : 'pick' }),
        ),
    ];
  }

  #board(id: string): Board {
    const board = this.#boards.get(id);
    if (!board)
      throw new ProblemError({
        code: 'board-not-found',
        message: 'no such board',
        hint: '',
        retryable: false,
      });
    return board;
  }

  #take(id: string): TakeSummary {
    const found = this.#takes.find((one) => one.id === id);
    if (!found)
      throw new ProblemError({ code: 'take-not-found', message: 'no such take', hint: '', retryable: false });
    return found;
  }

  #summaries(trashed: boolean): ReturnType<typeof summary>[] {
    const all = [...this.#boards.values()].map((board, index) =>
      summary(board, index, this.#trash.has(board.id)),
    );
    return all.filter((board) => board.trashed === trashed);
  }

  #assess(board: Board): ReturnType<typeof judge> {
    const profile =
      profiles.find((one) => one.provider === board.provider && one.model === board.model) ?? profiles[0];
    if (!profile) throw new Error('no profiles');
    return judge(
      board,
      profile,
      prices.find((one) => one.provider === board.provider && one.model === board.model),
    );
  }

  #rehearse(board: Board): GenerationView {
    const now = Date.now();
    const rehearsal = { rehearsal: true, provider: 'rehearsal', provider_name: 'Rehearsal', price: 0 };
    let view = generation(crypto.randomUUID(), board, {
      ...rehearsal,
      model_name: 'Animatic',
      progress: 0,
      created_at: now,
      state_since: now,
      billed: 'no',
      actions: ['cancel'],
    });
    const made = take(`take-${view.id}`, board, { ...rehearsal, created_at: now });
    const timer = setInterval(() => {
      const cancelled = this.#generations.find((one) => one.id === view.id)?.state === 'cancelled';
      if (cancelled) return clearInterval(timer);
      const progress = (view.progress ?? 0) + REHEARSAL.by;
      view = { ...view, progress };
      if (progress >= 100) {
        clearInterval(timer);
        this.#takes.unshift(made);
        view = { ...view, state: 'done', take_id: made.id, state_since: Date.now() };
        this.send([{ kind: 'take', take: made }]);
      }
      this.#put(view);
    }, REHEARSAL.every);
    this.#put(view);
    return view;
  }

  #put(view: GenerationView): void {
    this.#generations = [view, ...this.#generations.filter((one) => one.id !== view.id)];
    this.send([{ kind: 'generation', generation: view }]);
  }

  readonly commands: Commands = {
    ready: () => ({}),
    start: () => ({
      sequence: this.sequence(),
      boards: this.#summaries(false),
      board: this.#board('harbour'),
      profiles,
      prices,
      settings: this.#settings,
      generations: this.#generations,
      keys,
      spending: { month: 12_400_000, cap: this.#settings.monthly_cap },
      media_base: '/stand-in',
      library: {
        name: 'Harbour film',
        path: '/home/anna/Videos/Harbour film',
        takes: this.#takes.length,
        read_only: null,
      },
      rehearsal: this.#take('take-harbour-rehearsal'),
      version: '0.1.0',
    }),
    list_boards: ({ search, trashed }) =>
      this.#summaries(trashed).filter((board) => board.name.toLowerCase().includes(search.toLowerCase())),
    open_board: ({ id }) => this.#board(id),
    save_board: ({ board }) => {
      this.#boards.set(board.id, board);
      const saved = { ...summary(board, 0), updated_at: Date.now() };
      this.send([{ kind: 'board', board: saved }]);
      return saved;
    },
    create_board: () => this.#add(emptyBoard(crypto.randomUUID())),
    duplicate_board: ({ id }) => {
      const original = this.#board(id);
      return this.#add({ ...structuredClone(original), id: crypto.randomUUID(), name: `${original.name} 2` });
    },
    trash_board: ({ id }) => {
      this.#trash.add(id);
      return summary(this.#board(id), 0, true);
    },
    restore_board: ({ id }) => {
      this.#trash.delete(id);
      return summary(this.#board(id), 0);
    },
    assess: ({ board }) => this.#assess(board),
    compare_offers: ({ board }) =>
      profiles
        .filter((profile) => !profile.free)
        .map((profile) => {
          const judged = this.#assess({ ...board, provider: profile.provider, model: profile.model });
          const { provider, provider_name, model } = profile;
          const model_name = `${profile.model_name} ${profile.tier}`;
          const obstacle = judged.findings.find((finding) => finding.severity === 'error') ?? null;
          return {
            provider,
            provider_name,
            model,
            model_name,
            quote: judged.quote,
            ready: judged.ready,
            obstacle,
          };
        })
        .sort((a, b) => Number(b.ready) - Number(a.ready) || (a.quote?.total ?? 0) - (b.quote?.total ?? 0)),
    preview_request: ({ board }) => {
      const body = {
        prompt: board.prompt,
        duration: 12,
        multi_prompt: board.shots.map((shot) => shot.prompt),
      };
      const url = 'https://api.example.com/v3/kling-v3.0-pro/image-to-video';
      return {
        method: 'POST',
        url,
        body: JSON.stringify(body, null, 2),
        curl: `curl -X POST ${url} \\\n  -H "Authorization: Bearer $WAVESPEED_API_KEY" \\\n  -d @request.json`,
      };
    },
    pick_frame: () => ({
      frame: frame('lighthouse', 2900, 1000),
      notes: ['turned-upright', 'location-removed'],
    }),
    take_in_clipboard: () => ({ frame: frame('ferry'), notes: [] }),
    take_in_path: () => ({ frame: frame('door'), notes: [] }),
    mend_frame: ({ frame: old }) => ({ frame: { ...old, width: 1778, height: 1000 }, notes: [] }),
    frame_from_take: () => ({ frame: frame('hands'), notes: [] }),
    rehearse: ({ board }) => this.#rehearse(board),
    generate: ({ board, shown }) => {
      const made = generation(crypto.randomUUID(), board, {
        state: 'queued',
        price: shown,
        created_at: Date.now(),
      });
      this.#put(made);
      return [made];
    },
    cancel_generation: ({ id }) => {
      const found = this.#generations.find((one) => one.id === id);
      if (!found) throw new Error('no such generation');
      const stopped: GenerationView = { ...found, state: 'cancelled', state_since: Date.now() };
      this.#put(stopped);
      return stopped;
    },
    list_takes: ({ provider, board }) => {
      const takes = this.#takes.filter(
        (one) => (!provider || one.provider === provider) && (!board || one.board_id === board),
      );
      return { takes, next: null, total: takes.length };
    },
    open_take: ({ id }) => ({
      take: this.#take(id),
      board: this.#board(this.#take(id).board_id),
      request: null,
      remote_id: null,
      quote: null,
      file_name: `${id}.mp4`,
      sha256: '0'.repeat(64),
      took_seconds: 98,
    }),
    save_settings: ({ settings }) => (this.#settings = settings),
  };

  #add(board: Board): Board {
    this.#boards = new Map([[board.id, board], ...this.#boards]);
    return board;
  }
}
