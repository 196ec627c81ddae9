/** The shell: one command for all that the core can do, one event. */
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import {
  ProblemError,
  problemOf,
  type Answer,
  type Arguments,
  type CommandName,
  type Platform,
} from './bridge';
import { EVENT, type Batch } from './contract';
import type * as OwnWindow from './tauri-window';

declare global {
  interface Window {
    /** The answer to `start`, which the shell asked for before the page was read. */
    __SIXSHOT_START__?: Promise<Answer<'start'>> | undefined;
  }
}

/** The early answer, once. */
function earlyStart(): Promise<Answer<'start'>> | undefined {
  const early = window.__SIXSHOT_START__;
  window.__SIXSHOT_START__ = undefined;
  return early;
}

function asked<Name extends CommandName>(name: Name, args: Arguments<Name>): Promise<Answer<Name>> {
  const early = name === 'start' ? earlyStart() : undefined;
  return early ?? invoke('call', { name, arguments: args });
}

export const tauri: Platform = {
  async call(name, args) {
    try {
      return await asked(name, args);
    } catch (thrown) {
      throw new ProblemError(problemOf(thrown));
    }
  },
  onBatch: (listener) => listen<Batch>(EVENT, (event) => listener(event.payload)),
  onFileDrag: async (listener) => (await ownWindow()).onFileDrag(listener),
  onClose: async (work) => (await ownWindow()).onClose(work),
  setTitle(title) {
    // A window that keeps its old title is no reason to trouble anybody.
    ownWindow()
      .then((own) => own.setTitle(title))
      .catch(() => undefined);
  },
};

/** What the first picture does not need. */
function ownWindow(): Promise<typeof OwnWindow> {
  return import('./tauri-window');
}
