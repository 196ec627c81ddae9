/**
 * What the window knows of the core: what `start` answered, kept current by the batches of changes. A missed batch is
 * noticed by its number and answered with a fresh `start`.
 */
import type {
  Batch,
  Change,
  KeyState,
  Platform,
  PriceTable,
  ProviderView,
  Problem,
  Profile,
  Spending,
  Start,
  View,
} from '../platform';
import type { Answer, Arguments, CommandName, Stop } from '../platform';
import { problemOf } from '../platform';

const REHEARSAL_PROVIDER = 'rehearsal';

type StartListener = (start: Start, first: boolean) => void;
type ChangeListener = (change: Change) => void;

class Session {
  profiles = $state.raw<Profile[]>([]);
  prices = $state.raw<PriceTable[]>([]);
  providers = $state.raw<ProviderView[]>([]);
  keys = $state.raw<KeyState[]>([]);
  spending = $state.raw<Spending>({ month: 0, cap: null });
  library = $state.raw<Start['library']>({ name: '', path: '', takes: 0, read_only: null, repaired: null });
  /** Damage that was found while the library is open. */
  damage = $state.raw<Problem | null>(null);
  version = $state('');
  /** Built for the program's own development. */
  development = $state(false);
  /** The view that is open. */
  view = $state<View>('compose');
  queueOpen = $state(false);
  /** How much of the window the notices about the library take, in CSS pixels. */
  noticesHeight = $state(0);
  /** The provider that Settings shall show first, when something sent the person there. */
  settingsProvider = $state<string | null>(null);

  /** Every model that money can buy, in the catalogue's order. */
  readonly paidProfiles = $derived(
    this.profiles.filter((profile) => profile.provider !== REHEARSAL_PROVIDER),
  );

  /**
   * Resolves when every batch is heard. Whatever was missed before shows by the number of the batch that `ready` sends,
   * and so nobody says that before.
   */
  listening: Promise<void> = Promise.resolve();

  #platform: Platform | undefined;
  #mediaBase = '';
  #sequence = 0;
  #catchingUp = false;
  #early: Batch[] = [];
  #started = false;
  #startListeners = new Set<StartListener>();
  #changeListeners = new Set<ChangeListener>();

  /** The surroundings. Only after `begin`. */
  get platform(): Platform {
    if (!this.#platform) throw new Error('the session has not begun');
    return this.#platform;
  }

  /** Asks the core. Rejects with a `ProblemError`. */
  async call<Name extends CommandName>(name: Name, args: Arguments<Name>): Promise<Answer<Name>> {
    try {
      return await this.platform.call(name, args);
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.code === 'library-damaged') this.damage = problem;
      throw thrown;
    }
  }

  /** Asks for everything the first picture needs, and listens: that has begun when `listening` resolves. */
  async begin(platform: Platform): Promise<void> {
    this.#platform = platform;
    this.listening = platform.onBatch((batch) => this.hear(batch)).then(() => undefined);
    // Waited for later; a refusal is heard then.
    this.listening.catch(() => undefined);
    await this.#refresh();
  }

  /** Hears each answer of `start`: the first, and those after missed batches. */
  onStart(listener: StartListener): Stop {
    this.#startListeners.add(listener);
    return () => this.#startListeners.delete(listener);
  }

  /** Hears each change in its order. */
  onChange(listener: ChangeListener): Stop {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  hear(batch: Batch): void {
    if (!this.#started || this.#catchingUp) {
      this.#early.push(batch);
      return;
    }
    if (batch.sequence <= this.#sequence) return;
    if (batch.sequence !== this.#sequence + 1) {
      this.#early.push(batch);
      this.#refresh().catch(() => {
        // The next batch shows the gap again and asks again.
      });
      return;
    }
    this.#sequence = batch.sequence;
    for (const change of batch.changes) this.#apply(change);
  }

  async #refresh(): Promise<void> {
    this.#catchingUp = true;
    try {
      const start = await this.call('start', {});
      this.#sequence = start.sequence;
      this.#mediaBase = start.media_base;
      this.profiles = start.profiles;
      this.prices = start.prices;
      this.providers = start.providers;
      this.keys = start.keys;
      this.spending = start.spending;
      this.library = start.library;
      this.version = start.version;
      this.development = start.development;
      const first = !this.#started;
      this.#started = true;
      for (const listener of this.#startListeners) listener(start, first);
    } finally {
      this.#catchingUp = false;
    }
    const waiting = this.#early.toSorted((a, b) => a.sequence - b.sequence);
    this.#early = [];
    for (const batch of waiting) this.hear(batch);
  }

  #apply(change: Change): void {
    if (change.kind === 'spending') this.spending = change.spending;
    if (change.kind === 'key') this.keyChanged(change.key);
    if (change.kind === 'prices') this.prices = change.prices;
    for (const listener of this.#changeListeners) listener(change);
  }

  /** Takes in the new state of a key, from a change or from the answer of a command. */
  keyChanged(key: KeyState): void {
    const known = this.keys.some((one) => one.provider === key.provider);
    this.keys = known
      ? this.keys.map((one) => (one.provider === key.provider ? key : one))
      : [...this.keys, key];
  }

  keyOf(provider: string): KeyState | undefined {
    return this.keys.find((key) => key.provider === provider);
  }

  providerOf(provider: string): ProviderView | undefined {
    return this.providers.find((one) => one.id === provider);
  }

  /** The profile of a model; the first one for a board whose model the catalogue no longer knows. */
  profileOf(board: { provider: string; model: string }): Profile | undefined {
    const named = this.profiles.find((one) => one.provider === board.provider && one.model === board.model);
    return named ?? this.profiles[0];
  }

  /** Opens Settings, on a provider's key if one is named. */
  openSettings(provider: string | null = null): void {
    this.settingsProvider = provider;
    this.view = 'settings';
  }

  /** Address of a picture or clip. Frames by their own id, the rest by the take's. */
  media(kind: 'frame' | 'thumbnail' | 'clip' | 'poster', id: string): string {
    return `${this.#mediaBase}/${kind}/${id}`;
  }

  /** The person has read what was repaired. */
  async forgetRepair(): Promise<void> {
    await this.call('forget_repair', {});
    this.library = { ...this.library, repaired: null };
  }

  /** Why nothing can be changed in this library, if so. */
  get readOnly(): Problem | null {
    return this.library.read_only;
  }
}

export const session = new Session();

/** Whether a key is there to buy with. */
export function hasKey(key: KeyState | undefined): boolean {
  return key !== undefined && key.place !== 'none' && key.place !== 'asking' && !isHeld(key);
}

/** Whether a key is there that pays for nothing until the person uses it. */
export function isHeld({ place }: KeyState): boolean {
  return place === 'held-in-keychain' || place === 'held-in-environment';
}
