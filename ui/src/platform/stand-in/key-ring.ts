/** The stand-in's answers about keys. Kling's keychain is locked, so that this can be seen too. */
import { ProblemError } from '../bridge';
import type { Change, KeyState } from '../contract';
import { providers } from './profiles';
import type { Answering } from './answering';

/** Shorter keys show no part of themselves. */
const SHOWN_FROM = 12;

const locked = {
  code: 'keychain-unavailable',
  message: 'The keychain does not answer: it is locked.',
  hint: '',
  retryable: true,
};

export class KeyRing {
  #send: (changes: Change[]) => void;

  constructor(
    public keys: KeyState[],
    send: (changes: Change[]) => void,
  ) {
    this.#send = send;
    this.keys = keys.map((key) => (key.provider === 'kling' ? { ...key, problem: locked } : key));
  }

  #change(provider: string, part: Partial<KeyState>): KeyState {
    this.keys = this.keys.map((one) => (one.provider === provider ? { ...one, ...part } : one));
    const key = this.#of(provider);
    this.#send([{ kind: 'key', key }]);
    return key;
  }

  #of(provider: string): KeyState {
    const key = this.keys.find((one) => one.provider === provider);
    if (!key) throw new Error('no such provider');
    return key;
  }

  /** The account in use, and all that have a name. */
  #with(provider: string, account: string): Pick<KeyState, 'account' | 'accounts'> {
    const names = this.#of(provider).accounts;
    return { account, accounts: account === '' || names.includes(account) ? names : [...names, account] };
  }

  #inUnits(provider: string): boolean {
    return providers.some((one) => one.id === provider && one.credit_name !== null);
  }

  readonly commands: Answering<'set_key' | 'choose_account' | 'forget_key' | 'test_key'> = {
    set_key: ({ provider, account, key, session_only }) => {
      const trimmed = key.trim();
      if (!/^[!-~]+$/.test(trimmed)) {
        const message = 'That is not a key: it is empty, too long, or holds odd characters.';
        throw new ProblemError({ code: 'setting-refused', message, hint: '', retryable: false });
      }
      if (provider === 'kling' && !session_only) throw new ProblemError(locked);
      const last_four = trimmed.length >= SHOWN_FROM ? trimmed.slice(-4) : null;
      return this.#change(provider, {
        ...this.#with(provider, account),
        place: session_only ? 'session' : 'keychain',
        last_four,
        problem: null,
      });
    },
    choose_account: ({ provider, account }) =>
      this.#change(provider, {
        ...this.#with(provider, account),
        place: account === '' ? 'keychain' : 'none',
        last_four: account === '' ? '7f3a' : null,
      }),
    // Behind a key for this session stands another one, as the keychain's may.
    forget_key: ({ provider }) =>
      this.#of(provider).place === 'session'
        ? this.#change(provider, { place: 'held-in-keychain', last_four: '20c1' })
        : this.#change(provider, { place: 'none', last_four: null }),
    test_key: ({ provider }) => {
      if (provider === 'fal')
        throw new ProblemError({
          code: 'provider-key-refused',
          message: 'The provider refused the key.',
          hint: '',
          retryable: false,
        });
      if (provider === 'ulazai' || provider === 'replicate') return { balance: null, credits: null };
      return this.#inUnits(provider)
        ? { balance: null, credits: 1_296_000_000 }
        : { balance: 12_400_000, credits: null };
    },
  };
}
