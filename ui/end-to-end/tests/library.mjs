// @ts-check
/** A library that is damaged, open elsewhere, or gone: what the window says and offers. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { barriers } from '../support/judging.mjs';
import { Window, byId, processesOf, until, watched } from '../support/window.mjs';

/** @param {Window} window @param {string} name */
async function look(window, name) {
  for (const theme of ['dark', 'light']) {
    await window.driver.run('document.documentElement.dataset.theme = arguments[0]', theme);
    await window.driver.runLong('requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300)))');
    await window.keepPicture(`library/${name}-${theme}`);
    assert.deepEqual(await barriers(window), [], `${name} in the ${theme} theme`);
  }
}

/** Presses what opens the library otherwise, and waits for the new page. @param {Window} window @param {string} id */
async function pressAndStartAgain(window, id) {
  await window.driver.run('document.documentElement.dataset.before = "true"');
  await window.click(id);
  await until('a new page', () => window.driver.run('return document.documentElement.dataset.before === undefined'));
  await window.drawn();
}

/** A library with a board of its own words and a rehearsal. @param {Window} window */
async function fill(window) {
  await window.write(byId('prompt-editor'), 'Kept through damage');
  await until('the words are kept', async () => (await window.call('start')).board.shots[0].prompt === 'Kept through damage');
  await window.click('rehearse');
  await until('the rehearsal', async () => (await window.call('start')).generations.some((/** @type {any} */ one) => one.state === 'done'), 60_000);
}

/** Ends the program and starts it again, until everything lies in the database itself: a start that is still looking it
 *  through when the end comes leaves the newest changes beside it, where they would mend any damage by themselves.
 *  @param {Window} window @returns {Promise<Window>} */
async function closedWhole(window) {
  const { library } = window;
  const changes = path.join(library, 'library.db-wal');
  for (let turn = 0; turn < 4; turn += 1) {
    await window.askToEnd();
    const beside = existsSync(changes) ? statSync(changes).size : 0;
    window = await Window.open({ library });
    if (beside === 0) return window;
    await window.call('ready');
  }
  throw new Error('the library is never closed');
}

test('a damaged library is repaired, and the window says so once', { timeout: 180_000 }, async () => {
  let window = await Window.open();
  /** @type {Window[]} */
  const windows = [window];
  await watched('repaired', windows, async () => {
    await fill(window);
    const { library } = window;
    await window.kill();
    writeFileSync(path.join(library, 'library.db'), Buffer.alloc(40_000, 0x5a));
    // All of a young library still lies in its newest changes, which would mend it by themselves.
    rmSync(path.join(library, 'library.db-wal'));

    window = await Window.open({ library });
    windows.push(window);
    const said = (await window.text('notice-repaired')) ?? '';
    assert.match(said, /has been repaired/);
    const [aside] = readdirSync(path.join(library, 'quarantine'));
    assert.ok(aside && said.includes(aside), said);
    assert.equal(readFileSync(path.join(library, 'quarantine', aside, 'library.db')).length, 40_000);
    assert.equal((await window.call('start')).library.takes, 1);
    await look(window, 'repaired');
    await window.click('forget-repair');
    await until('the notice is gone', async () => !(await window.has('notice-repaired')));
    await window.driver.run('location.reload()');
    await window.drawn();
    assert.equal(await window.has('notice-repaired'), false);

    // Asked for by hand, the open library is closed, repaired and opened again.
    await window.call('repair_library');
    await window.driver.run('location.reload()');
    await window.drawn();
    await until('the notice', () => window.has('notice-repaired'));
    assert.equal((await window.call('start')).library.takes, 1);
    assert.equal(readdirSync(path.join(library, 'quarantine')).length, 2);
  });
});

test('damage that is found behind the window is repaired at a press, and words of the last moment stay', { timeout: 180_000 }, async () => {
  let window = await Window.open();
  /** @type {Window[]} */
  const windows = [window];
  await watched('repaired-at-a-press', windows, async () => {
    await fill(window);
    const { library } = window;
    window = await closedWhole(window);
    windows.push(window);
    // What the window has read it remembers; what lies behind is gone.
    const file = path.join(library, 'library.db');
    const bytes = readFileSync(file);
    const page = bytes.readUInt16BE(16);
    bytes.fill(0x5a, page * Math.ceil((bytes.length / page) * 0.6));
    writeFileSync(file, bytes, { flag: 'r+' });
    await window.driver.run('location.reload()');
    await window.drawn();
    await until('the notice', () => window.has('notice-damaged'));
    await look(window, 'damaged');
    await window.write(byId('prompt-editor'), 'Written while it was damaged');
    await pressAndStartAgain(window, 'repair-library');
    await until('what was repaired', () => window.has('notice-repaired'));
    const start = await window.call('start');
    assert.equal(start.board.shots[0].prompt, 'Written while it was damaged');
    assert.equal(start.library.takes, 1);
    assert.ok(existsSync(path.join(library, 'quarantine')));
  });
});

test('words that were typed a moment before are kept when the system ends the program', { timeout: 120_000 }, async () => {
  let window = await Window.open();
  /** @type {Window[]} */
  const windows = [window];
  await watched('words-at-the-end', windows, async () => {
    await fill(window);
    const { library } = window;
    await window.write(byId('prompt-editor'), 'The last words before the lights go out');
    await window.askToEnd();
    window = await Window.open({ library });
    windows.push(window);
    assert.equal((await window.call('start')).board.shots[0].prompt, 'The last words before the lights go out');
  });
});

test('a second window looks, and takes over when the first is closed', { timeout: 180_000 }, async () => {
  const first = await Window.open();
  /** @type {Window[]} */
  const windows = [first];
  await watched('open-elsewhere', windows, async () => {
    await fill(first);
    const pids = processesOf(first.library);
    const second = await Window.open({ library: first.library });
    windows.push(second);
    assert.match((await second.text('notice-read-only')) ?? '', /you can look, not change/);
    await until('the words', async () => /Kept through damage/.test((await second.text('prompt-editor')) ?? ''));
    assert.equal(await second.driver.run('return document.querySelector(arguments[0]).ariaDisabled', byId('generate')), 'true');
    // It takes no words that it could not keep, and nothing that changes the board can be pressed.
    await second.driver.run('document.querySelector(arguments[0]).focus()', byId('prompt-editor'));
    await second.driver.keys(['x', 'y']);
    assert.equal((await second.text('prompt-editor'))?.trim(), 'Kept through damage');
    for (const id of ['split', 'new-board', 'seconds-plus']) {
      assert.equal(await second.driver.run('return document.querySelector(arguments[0])?.matches(":disabled") ?? null', byId(id)), true, id);
    }
    await look(second, 'open-elsewhere');
    await second.click('view-gallery');
    await until('a take', () => second.driver.find('[data-testid^="take-"]'));
    await pressAndStartAgain(second, 'reopen-library');
    await until('still open elsewhere', () => second.has('notice-read-only'));
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await until('the end of the first', () => processesOf(first.library).every((pid) => !pids.includes(pid)));
    await pressAndStartAgain(second, 'reopen-library');
    assert.equal((await second.call('start')).library.read_only, null);
    await until('no notice', async () => !(await second.has('notice-read-only')));
    await second.call('create_board');
  });
});

test('a library that is gone is looked for, and a new one begins only on a word', { timeout: 180_000 }, async () => {
  let window = await Window.open();
  /** @type {Window[]} */
  const windows = [window];
  await watched('offline', windows, async () => {
    const { library } = window;
    await fill(window);
    await window.kill();
    const away = `${library}-away`;
    renameSync(library, away);

    window = await Window.open({ library, without: 'start-failed' });
    windows.push(window);
    const said = (await window.text('start-failed')) ?? '';
    assert.ok(/not where it was/.test(said) && said.includes(library), said);
    assert.equal(existsSync(library), false, 'nothing is made in its place');
    await look(window, 'offline');
    renameSync(away, library);
    await window.click('try-again');
    await window.drawn();
    assert.equal((await window.call('start')).board.shots[0].prompt, 'Kept through damage');
    await window.kill();

    renameSync(library, away);
    window = await Window.open({ library, without: 'start-failed' });
    windows.push(window);
    await window.click('begin-library');
    await window.drawn();
    assert.equal((await window.call('start')).library.takes, 0);
    assert.ok(existsSync(path.join(away, 'library.db')), 'the old one is where it was');
  });
});
