/** The shell's window itself: its title, its end, the files dropped on it. */
import { invoke } from '@tauri-apps/api/core';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { getCurrentWindow } from '@tauri-apps/api/window';
import type { FileDrag, Stop } from './bridge';

export function onFileDrag(listener: (drag: FileDrag) => void): Promise<Stop> {
  return getCurrentWebview().onDragDropEvent(({ payload }) => {
    listener(fileDrag(payload));
  });
}

export function onClose(work: () => Promise<boolean>): Promise<Stop> {
  return getCurrentWindow().onCloseRequested(async (event) => {
    // The shell ends a program whose page does not live, when it is asked again.
    invoke('close_heard').catch(() => undefined);
    // Waits for the work; the window is closed by the listener's end.
    if (!(await work())) event.preventDefault();
  });
}

export function setTitle(title: string): Promise<void> {
  return getCurrentWindow().setTitle(title);
}

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
