// @ts-check
/** Every provider from Settings to the clip: its key typed, tested and kept in the keychain only; one paid task each. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { beginBoard, chooseProvider, generate, giveKey, useSandbox } from '../support/buying.mjs';
import { clips } from '../support/clips.mjs';
import { filesHolding } from '../support/files.mjs';
import { inKeychain } from '../support/keyring.mjs';
import { Sandbox } from '../support/sandbox.mjs';
import { Window, byId, folder, until, watched } from '../support/window.mjs';

/** What a test of a key may say: money, the provider's own units, or that it tells neither. */
const TOLD = /^The key works(, (\$\d+\.\d{2,6}|[\d.]+ (credits|units)) on the account\.|\. This provider tells no balance\.)$/;

test('one clip from every provider, and every key in the keychain only', { timeout: 900_000 }, async () => {
  const sandbox = await Sandbox.start();
  const log = path.join(folder('log'), 'program.log');
  const window = await Window.open({ log, env: { SIXSHOT_LOG: 'debug' } });
  await watched('every-provider', [window], async () => {
    const { providers } = await window.call('start');
    /** @type {string[]} */
    const names = providers.map((/** @type {any} */ one) => one.id);
    assert.deepEqual(names.toSorted(), [...sandbox.dialects.keys()].toSorted(), 'the sandbox speaks for every provider');
    const keys = new Map(names.map((name) => [name, `api-key-kling-canary-${name}-${randomBytes(8).toString('hex')}`]));

    await useSandbox(window, sandbox.origin);
    for (const [provider, key] of keys) {
      await giveKey(window, key, provider);
      await window.click(`key-test-${provider}`);
      const told = await until(`what the test of ${provider} found`, async () => {
        const refused = await window.text(`key-problem-${provider}`);
        assert.equal(refused, null, `${provider}: ${refused}`);
        return window.text(`key-result-${provider}`);
      });
      assert.match(told, TOLD, provider);
      console.log(`${provider}: ${told}`);
    }
    await window.keepPicture('every-provider/settings');

    /** @type {Map<string, any>} */
    const made = new Map();
    for (const provider of names) {
      await boardAt(window, `A red door opens onto the sea, for ${provider}`, provider);
      await generate(window);
      const generation = await until(`${provider} has it in the queue`, () => generationOf(window, provider));
      made.set(provider, generation);
    }
    await window.click('queue-pill');
    for (const [provider, { id }] of made) {
      const done = await until(`the clip of ${provider}`, async () => {
        const one = await generationOf(window, provider);
        assert.ok(!['failed', 'unknown', 'expired', 'cancelled'].includes(one.state), `${provider}: ${one.state} ${JSON.stringify(one.problem)}`);
        return one.state === 'done' ? one : null;
      }, 120_000);
      made.set(provider, done);
      await until(`the drawer says so of ${provider}`, async () => (await window.text(`generation-state-${id}`)) === 'Done');
      assert.ok(await window.has(`show-${id}`), `the take of ${provider} can be shown`);
    }
    await window.keepPicture('every-provider/queue');
    await window.click('queue-close');

    const ledger = await sandbox.ledger();
    assert.deepEqual(ledger.map((line) => line.provider).toSorted(), names.toSorted(), 'exactly one paid task for each');
    for (const { provider, task } of ledger) {
      // Some names of tasks here hold the path that leads to them.
      const { remote_id: remote } = made.get(provider);
      assert.ok(remote === task || remote.endsWith(`/${task}`), `${provider}: ${remote} is not the task that was paid, ${task}`);
    }
    assert.equal(clips(window.library).length, names.length, 'a clip of each');
    await window.click('view-gallery');
    for (const [provider, { take_id }] of made) await until(`the take of ${provider} in the gallery`, () => window.has(`take-${take_id}`));
    await window.keepPicture('every-provider/gallery');

    await window.click('settings-open');
    const canaries = [...keys.values()];
    const kept = inKeychain();
    for (const [provider, key] of keys) assert.ok(kept.includes(key), `the keychain has the key of ${provider}`);
    const page = await window.driver.run('return document.documentElement.outerHTML + [...document.querySelectorAll("input")].map((e) => e.value).join()');
    assert.deepEqual(canaries.filter((key) => page.includes(key)), [], 'the page has none');
    assert.deepEqual(filesHolding([window.library, process.env['HOME'] ?? ''], canaries), [], 'no file has one');
    const said = readFileSync(log, 'utf8');
    assert.ok(said.length > 0, 'the program was heard at all');
    assert.deepEqual(canaries.filter((key) => said.includes(key)), [], 'the program said none');

    await window.click('sandbox-clear');
    await until('the addresses are cleared', async () => Object.keys((await window.call('start')).settings.base_urls).length === 0);
  });
  sandbox.stop();
});

/** A new board of one shot at a provider, priced and ready. @param {Window} window @param {string} words @param {string} provider */
async function boardAt(window, words, provider) {
  await beginBoard(window);
  await window.write(byId('prompt-editor'), words);
  await until('the words are kept', async () => (await window.call('start')).board.prompt === words);
  await chooseProvider(window, provider);
  await until(`a price at ${provider}`, async () => /^Generate for \$\d/.test((await window.text('generate')) ?? ''));
}

/** The paid generation of a provider as the core sees it. @param {Window} window @param {string} provider @returns {Promise<any>} */
async function generationOf(window, provider) {
  const { generations } = await window.call('start');
  return generations.find((/** @type {any} */ one) => !one.rehearsal && one.provider === provider) ?? null;
}
