// @ts-check
/** Words that cannot be saved keep the window open, however hurriedly it is asked to end; a second word ends it. */
import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { test } from 'node:test';
import { run } from '../support/clips.mjs';
import { Window, byId, processesOf, until, watched } from '../support/window.mjs';

/** Longer than the shell waits for a page that does not answer, in milliseconds. */
const WAITED_FOR = 4_000;

/** Presses Ctrl+Q on the real keyboard, so many times. @param {number} times @param {number} [between] milliseconds */
function quit(times, between = 0) {
  const id = run('xdotool', ['search', '--onlyvisible', '--name', '^Sixshot|Sixshot$']).trim().split('\n').at(-1) ?? '';
  run('xdotool', ['windowactivate', '--sync', id]);
  // One process for all of them: on a busy machine the start of each would come between.
  const presses = Array.from({ length: times }, (_, press) => [...(press > 0 ? ['sleep', String(between / 1_000)] : []), 'key', 'ctrl+q']);
  run('xdotool', presses.flat());
}

for (const [times, between] of [[5, 30], [2, 720]]) test(`${times} presses of quit ${between} ms apart lose no words`, { timeout: 120_000 }, async () => {
  let window = await Window.open();
  /** @type {Window[]} */
  const windows = [window];
  await watched('closing', windows, async () => {
    const { library } = window;
    await window.write(byId('prompt-editor'), 'Kept');
    await until('the words are kept', async () => (await window.call('start')).board.shots[0].prompt === 'Kept');
    // A library that is unplugged takes no words.
    renameSync(library, `${library}-unplugged`);
    await window.write(byId('prompt-editor'), 'Only in the window');
    await until('not saved', async () => /Not saved/.test((await window.text('saved')) ?? ''));

    quit(times ?? 0, between);
    await until('why it stays', async () => /not saved/.test((await window.text('toast')) ?? ''));
    const begun = Date.now();
    await until('the shell waits no longer', () => {
      assert.notEqual(processesOf(library).length, 0, 'the program lives on');
      return Date.now() - begun > WAITED_FOR;
    });
    assert.match((await window.text('prompt-editor')) ?? '', /Only in the window/);

    // The library is back: the words are saved at the end.
    renameSync(`${library}-unplugged`, library);
    quit(1);
    await until('the end', () => processesOf(library).length === 0, 25_000);
    await window.driver.stop();
    window = await Window.open({ library });
    windows.push(window);
    assert.equal((await window.call('start')).board.shots[0].prompt, 'Only in the window');
  });
});

test('a second word ends it', { timeout: 120_000 }, async () => {
  const window = await Window.open();
  await watched('closing-meant', [window], async () => {
    const { library } = window;
    renameSync(library, `${library}-unplugged`);
    await window.write(byId('prompt-editor'), 'Meant to be lost');
    await until('not saved', async () => /Not saved/.test((await window.text('saved')) ?? ''));
    quit(1);
    await until('why it stays', async () => /not saved/.test((await window.text('toast')) ?? ''));
    // What was just said takes a second to be read: pressed again, and not in a hurry.
    let pressed = Date.now();
    await until('the end', async () => {
      if (processesOf(library).length === 0) return true;
      if (Date.now() - pressed < 1_500) return false;
      pressed = Date.now();
      quit(1);
      return false;
    });
  });
});

test('a window whose library is refused after a reload closes at the first word', { timeout: 120_000 }, async () => {
  const window = await Window.open();
  await watched('closing-refused', [window], async () => {
    const { library } = window;
    // The page that was here before the reload is heard about closing, and has said so to the shell.
    await window.write(byId('prompt-editor'), 'Kept');
    await until('the words are kept', async () => (await window.call('start')).board.shots[0].prompt === 'Kept');
    renameSync(library, `${library}-unplugged`);
    await window.call('reopen_library');
    await window.driver.run('location.reload()');
    await until('the refusal', () => window.has('start-failed'));
    quit(1);
    await until('the end', () => processesOf(library).length === 0);
  });
});
