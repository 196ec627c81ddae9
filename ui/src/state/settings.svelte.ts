/** What the person set. Changes are kept by the core at once. */
import { problemOf, type Problem, type Settings } from '../platform';
import { report } from './problems';
import { session } from './session.svelte';

const unset: Settings = {
  theme: 'system',
  renderer: 'automatic',
  base_urls: {},
  prices: {},
  accounts: {},
  limits: {},
  monthly_cap: null,
  ask_above: null,
  view: 'compose',
  open_board: null,
};

class SettingsStore {
  current = $state.raw<Settings>(unset);

  constructor() {
    session.onStart((start, first) => {
      this.current = start.settings;
      this.#drawTheme();
      if (first) session.view = start.settings.view === 'settings' ? 'compose' : start.settings.view;
    });
  }

  /** Changes some settings and has them kept. What goes wrong is told at the edge of the window. */
  async change(part: Partial<Settings>): Promise<void> {
    const problem = await this.attempt(part);
    if (problem) report(problem);
  }

  /** The same, for a place that says itself what went wrong. */
  async attempt(part: Partial<Settings>): Promise<Problem | null> {
    const before = this.current;
    this.current = { ...before, ...part };
    this.#drawTheme();
    try {
      this.current = await session.call('save_settings', { settings: this.current });
      return null;
    } catch (thrown) {
      this.current = before;
      return problemOf(thrown);
    } finally {
      this.#drawTheme();
    }
  }

  #drawTheme(): void {
    document.documentElement.dataset['theme'] = this.current.theme;
  }
}

export const settings = new SettingsStore();
