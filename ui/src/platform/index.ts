import type { Platform } from './bridge';
import { tauri } from './tauri';

export * from './bridge';
export type * from './contract';
export { FRAMES_PER_SECOND } from './contract';

/** The shell when there is one; otherwise the stand-in, whose code is only then loaded. */
export async function findPlatform(): Promise<Platform> {
  if ('__TAURI_INTERNALS__' in window) return tauri;
  const { rehearsed } = await import('./rehearsed');
  return rehearsed();
}
