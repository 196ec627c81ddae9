/** The stand-in's answers about prices: the same board everywhere, the smallest change that fits, figures of one's own. */
import { ProblemError } from '../bridge';
import type { Assessment, Board, BoardChange, Change, Offer, PriceTable, Profile, Quote } from '../contract';
import type { Answering } from './answering';
import { judge } from './judge';
import { prices as shipped, profiles } from './profiles';

/** Each change the stand-in knows, the one that takes least away first. */
const CHANGES: [BoardChange, (board: Board, profile: Profile) => Board][] = [
  ['takes-within-limit', (board, profile) => ({ ...board, takes: Math.min(board.takes, profile.takes_max) })],
  ['without-callback', (board) => ({ ...board, callback: '' })],
  ['without-elements', (board) => ({ ...board, elements: [] })],
  ['without-last-frame', (board) => ({ ...board, last_frame: null, last_frame_address: '' })],
  ['without-frames', (board) => ({ ...board, first_frame: null, last_frame: null })],
  ['shots-joined', joined],
];

function joined(board: Board): Board {
  const [first] = board.shots;
  if (!first || board.shots.length === 1) return board;
  const prompt = board.shots.map((shot) => shot.prompt).join(' ');
  const seconds = board.shots.reduce((sum, shot) => sum + shot.seconds, 0);
  return { ...board, prompt, shots: [{ ...first, seconds }] };
}

export class Market {
  #tables: PriceTable[] = structuredClone(shipped);
  #send: (changes: Change[]) => void;

  constructor(send: (changes: Change[]) => void) {
    this.#send = send;
  }

  get prices(): PriceTable[] {
    return this.#tables;
  }

  assess(board: Board): Assessment {
    return judge(board, this.#profile(board), this.#table(board));
  }

  #profile({ provider, model }: { provider: string; model: string }): Profile {
    const found = profiles.find((one) => one.provider === provider && one.model === model) ?? profiles[0];
    if (!found) throw new Error('no profiles');
    return found;
  }

  #table({ provider, model }: { provider: string; model: string }): PriceTable | undefined {
    return this.#tables.find((one) => one.provider === provider && one.model === model);
  }

  /** Tries each change alone, then one after another. */
  #fitted(board: Board, profile: Profile): { board: Board; changes: BoardChange[] } | null {
    const asked = { ...board, provider: profile.provider, model: profile.model };
    for (const [change, make] of CHANGES) {
      const changed = make(asked, profile);
      if (this.assess(changed).ready) return { board: changed, changes: [change] };
    }
    let changed = asked;
    const changes: BoardChange[] = [];
    for (const [change, make] of CHANGES) {
      const next = make(changed, profile);
      if (JSON.stringify(next) === JSON.stringify(changed)) continue;
      changed = next;
      changes.push(change);
      if (this.assess(changed).ready) return { board: changed, changes };
    }
    return null;
  }

  #offer(board: Board, profile: Profile): Offer {
    const { provider, provider_name, model } = profile;
    const judged = this.assess({ ...board, provider, model });
    const obstacle = judged.findings.find((finding) => finding.severity === 'error') ?? null;
    const fitted = obstacle ? this.#fitted(board, profile) : null;
    const changedQuote: Quote | null = fitted ? this.assess(fitted.board).quote : null;
    return {
      provider,
      provider_name,
      model,
      model_name: `${profile.model_name} ${profile.tier}`,
      quote: judged.quote,
      ready: judged.ready,
      obstacle,
      changes: fitted?.changes ?? null,
      changed_quote: changedQuote,
    };
  }

  readonly commands: Answering<'assess' | 'compare_offers' | 'fit_board' | 'ask_price' | 'set_price'> = {
    assess: ({ board }) => this.assess(board),
    compare_offers: ({ board }) =>
      profiles
        .filter((profile) => !profile.free)
        .map((profile) => this.#offer(board, profile))
        .sort((a, b) => Number(b.ready) - Number(a.ready) || (a.quote?.total ?? 0) - (b.quote?.total ?? 0)),
    fit_board: ({ board, provider, model }) => {
      const fitted = this.#fitted(board, this.#profile({ provider, model }));
      if (fitted) return fitted.board;
      throw refusal('board-not-ready', 'no small change makes it fit');
    },
    // The stand-in's provider has raised its price by two cents.
    ask_price: ({ board }) => {
      const table = this.assess({ ...board, takes: 1 }).quote?.per_take ?? null;
      return { live: (table ?? 500_000) + 20_000, table };
    },
    set_price: ({ provider, model, audio, per_second }) => {
      if (per_second !== null && (per_second <= 0 || per_second > 50_000_000))
        throw refusal('setting-refused', 'A price for a second lies above $0 and at most at $50.');
      const rate = this.#table({ provider, model })?.rates.find((one) => one.audio === audio);
      if (!rate) throw refusal('not-found', 'there is no such price');
      rate.shipped ??= rate.per_second;
      if (per_second === null || per_second === rate.shipped) {
        rate.per_second = rate.shipped;
        rate.shipped = null;
      } else {
        rate.per_second = per_second;
      }
      const prices = structuredClone(this.#tables);
      this.#send([{ kind: 'prices', prices }]);
      return prices;
    },
  };
}

function refusal(code: string, message: string): ProblemError {
  return new ProblemError({ code, message, hint: '', retryable: false });
}
