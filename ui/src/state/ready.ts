/** Telling the core that the first picture is there. */
import { problemOf } from '../platform';
import { report } from './problems';
import { session } from './session.svelte';

/**
 * What the core puts off until then (keys, the check of the database, the copy of the day) is due in a window that hears
 * no changes, too.
 */
export async function sayReady(): Promise<void> {
  await session.listening.catch(report);
  try {
    await session.call('ready', {});
  } catch (thrown) {
    // Damage has a notice of its own.
    if (problemOf(thrown).code !== 'library-damaged') report(thrown);
  }
}
