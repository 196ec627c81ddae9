/** The stand-in's answer to each command. */
import { ProblemError, type Arguments, type Answer, type CommandName } from '../bridge';
import type { Board, Change, GenerationView, Settings } from '../contract';
import { Found } from './found';
import { generation, generations } from './generations';
import { KeyRing } from './key-ring';
import { boards, damageAsked, emptyBoard, frame, libraryAsked, summary, take } from './library';
import { Line } from './line';
import { Market } from './market';
import { keys, profiles, providers } from './profiles';
import { Shelf } from './shelf';
import { manyTakes, takesAsked } from './takes';

type Commands = { [Name in CommandName]?: (args: Arguments<Name>) => Answer<Name> };

/** How often the stand-in's rehearsal moves on, in milliseconds, and by how many hundredths. */
const REHEARSAL = { every: 120, by: 10 };

export class Answers {
  #boards = new Map(boards().map((board) => [board.id, board]));
  #trash = new Set<string>();
  #line: Line;
  #shelf: Shelf;
  #ring: KeyRing;
  #market: Market;
  #settings: Settings = {
    theme: 'system',
    renderer: 'automatic',
    base_urls: {},
    prices: {},
    accounts: {},
    limits: {},
    monthly_cap: 50_000_000,
    ask_above: 2_000_000,
    view: 'compose',
    open_board: 'harbour',
  };

  constructor(
    readonly send: (changes: Change[]) => void,
    readonly sequence: () => number,
  ) {
    const all = [...this.#boards.values()];
    const rehearsal = { rehearsal: true, provider: 'rehearsal', provider_name: 'Rehearsal', price: 0 };
    const count = takesAsked();
    const first = take('take-harbour-rehearsal', this.#board('harbour'), rehearsal);
    const takes = count === 0 ? [] : [first, ...manyTakes(all, count - 1)];
    this.#shelf = new Shelf(
      takes,
      (one) => this.#board(one.board_id),
      (board) => this.#add(board),
      send,
    );
    this.#line = new Line(count === 0 ? [] : generations(all), send);
    this.#ring = new KeyRing(keys, send);
    this.#market = new Market(send);
    this.commands = {
      ...this.#own,
      ...this.#shelf.commands,
      ...this.#line.commands,
      ...new Found(this.#line, () => this.#board('harbour')).commands,
      ...this.#ring.commands,
      ...this.#market.commands,
    };
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

  #summaries(trashed: boolean): ReturnType<typeof summary>[] {
    const all = [...this.#boards.values()].map((board, index) =>
      summary(board, index, this.#trash.has(board.id)),
    );
    return all.filter((board) => board.trashed === trashed);
  }

  #rehearse(board: Board): GenerationView {
    const now = Date.now();
    const rehearsal = { rehearsal: true, provider: 'rehearsal', provider_name: 'Rehearsal', price: 0 };
    let view = generation(crypto.randomUUID(), board, {
      ...rehearsal,
      model_name: 'Animatic',
      progress: 0,
      created_at: now,
      revision: 1,
      state_since: now,
      billed: 'no',
      actions: ['cancel'],
    });
    const made = take(`take-${view.id}`, board, { ...rehearsal, created_at: now });
    const timer = setInterval(() => {
      const cancelled = this.#line.find(view.id).state === 'cancelled';
      if (cancelled) return clearInterval(timer);
      const progress = (view.progress ?? 0) + REHEARSAL.by;
      view = { ...view, progress };
      if (progress >= 100) {
        clearInterval(timer);
        this.#shelf.takes.unshift(made);
        view = {
          ...view,
          state: 'done',
          take_id: made.id,
          revision: view.revision + 1,
          state_since: Date.now(),
        };
        this.send([{ kind: 'take', take: made }]);
      }
      this.#line.put(view);
    }, REHEARSAL.every);
    this.#line.put(view);
    return view;
  }

  readonly commands: Commands;
  readonly #own: Commands = {
    ready: () => damageAsked(),
    forget_repair: () => ({}),
    reopen_library: () => ({}),
    repair_library: () => ({}),
    find_library: () => false,
    begin_library: () => ({}),
    start: () => ({
      sequence: this.sequence(),
      boards: this.#summaries(false),
      board: this.#board('harbour'),
      profiles,
      prices: this.#market.prices,
      settings: this.#settings,
      generations: this.#line.generations,
      providers,
      keys: this.#ring.keys,
      spending: { month: 12_400_000, cap: this.#settings.monthly_cap },
      media_base: '/stand-in',
      library: {
        name: 'Harbour film',
        path: '/home/anna/Videos/Harbour film',
        takes: this.#shelf.takes.length,
        ...libraryAsked(),
      },
      rehearsal: this.#shelf.takes.find((one) => one.id === 'take-harbour-rehearsal') ?? null,
      version: '0.1.0',
      development: true,
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
    rename_board: ({ id, name }) => {
      const renamed = { ...this.#board(id), name };
      this.#boards.set(id, renamed);
      return summary(renamed, 0);
    },
    trash_board: ({ id }) => {
      this.#trash.add(id);
      return summary(this.#board(id), 0, true);
    },
    restore_board: ({ id }) => {
      this.#trash.delete(id);
      return summary(this.#board(id), 0);
    },
    preview_request: ({ board }) => {
      const body = {
        prompt: board.prompt,
        ...(board.first_frame ? { image: '{frame:first}' } : {}),
        duration: 12,
        multi_prompt: board.shots.map((shot) => shot.prompt),
      };
      const line = JSON.stringify(body).replaceAll("'", String.raw`'\''`);
      const url = 'https://api.example.com/v3/kling-v3.0-pro/image-to-video';
      return {
        method: 'POST',
        url,
        body: JSON.stringify(body, null, 2),
        curl: `curl -X POST '${url}' -H "Authorization: Bearer $WAVESPEED_API_KEY" -H 'Content-Type: application/json' -d '${line}'`,
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
      this.#line.put(made);
      return [made];
    },
    save_settings: ({ settings }) => {
      for (const url of Object.values(settings.base_urls)) {
        if (url.trim() === '' || URL.canParse(url)) continue;
        const message = `${url}: that is not an address`;
        throw new ProblemError({ code: 'setting-refused', message, hint: '', retryable: false });
      }
      this.#settings = settings;
      this.send([{ kind: 'spending', spending: { month: 12_400_000, cap: settings.monthly_cap } }]);
      return settings;
    },
  };

  #add(board: Board): Board {
    this.#boards = new Map([[board.id, board], ...this.#boards]);
    return board;
  }
}
