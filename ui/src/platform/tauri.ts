/** The shell: one command, one event, the files dropped on the window. */
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { getCurrentWindow } from '@tauri-apps/api/window';
import {
  ProblemError,
  problemOf,
  type Answer,
  type Arguments,
  type CommandName,
  type FileDrag,
  type Platform,
} from './bridge';
import { EVENT, type Batch } from './contract';

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
  onFileDrag: (listener) =>
    getCurrentWebview().onDragDropEvent(({ payload }) => {
      listener(fileDrag(payload));
    }),
  onClose: (work) =>
    getCurrentWindow().onCloseRequested(async (event) => {
      // Waits for the work; the window is closed by the listener's end.
      if (!(await work())) event.preventDefault();
    }),
  setTitle(title) {
    // A window that keeps its old title is no reason to trouble anybody.
    getCurrentWindow()
      .setTitle(title)
      .catch(() => undefined);
  },
};

type Payload = Parameters<
  Parameters<ReturnType<typeof getCurrentWebview>['onDragDropEvent']>[0]
>[0]['payload'];

function fileDrag(payload: Payload): FileDrag {
  if (payload.type === 'leave') return { kind: 'leave' };
  const { x, y } = inCssPixels(payload.position);
  return payload.type === 'drop' ? { kind: 'drop', x, y, paths: payload.paths } : { kind: 'over', x, y };
}

/** GTK and AppKit already count in CSS pixels whatever the type says; only Windows counts the screen's own. */
function inCssPixels(position: { x: number; y: number }): { x: number; y: number } {
  const scale = navigator.userAgent.includes('Windows') ? window.devicePixelRatio : 1;
  return { x: position.x / scale, y: position.y / scale };
}
