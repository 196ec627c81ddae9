// @ts-check
/** Whatever runs in the page reaches nobody: a listening server hears of none of its ways out, and no file comes in. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { test } from 'node:test';
import { Window, processesOf, until, watched } from '../support/window.mjs';

/** Ways for a page to tell somebody outside; each is tried with an address of its own. */
const WAYS_OUT = {
  fetch: 'fetch(address).catch(() => undefined)',
  'request object': 'const r = new XMLHttpRequest(); r.onerror = () => undefined; r.open("GET", address); r.send()',
  beacon: 'navigator.sendBeacon(address, "secret")',
  socket: 'new WebSocket(address.replace("http", "ws"))',
  'event stream': 'new EventSource(address)',
  script: 'const s = document.createElement("script"); s.src = address; document.body.append(s)',
  style: 'const l = document.createElement("link"); l.rel = "stylesheet"; l.href = address; document.head.append(l)',
  font: 'new FontFace("Outside", `url(${address})`).load().catch(() => undefined)',
  frame: 'const f = document.createElement("iframe"); f.src = address; document.body.append(f)',
  object: 'const o = document.createElement("object"); o.data = address; document.body.append(o)',
  form: 'const f = document.createElement("form"); f.action = address; f.method = "post"; document.body.append(f); f.submit()',
  'new window': 'window.open(address)',
  'link to a new window': 'const a = document.createElement("a"); a.href = address; a.target = "_blank"; document.body.append(a); a.click()',
  worker: 'new Worker(address)',
  navigation: 'location.href = address',
  replacement: 'location.replace(address)',
};

test('nothing in the page can talk to the outside', { timeout: 90_000 }, async () => {
  /** @type {string[]} */
  const heard = [];
  const outside = createServer((asked, answer) => {
    heard.push(asked.url ?? '');
    answer.setHeader('access-control-allow-origin', '*').end('<p>outside</p>');
  });
  outside.listen(0, '127.0.0.1');
  await once(outside, 'listening');
  const address = outside.address();
  assert.ok(address && typeof address === 'object');
  const origin = `http://127.0.0.1:${address.port}`;
  const window = await Window.open();
  await watched('page-stays-inside', [window], async () => {
    const { driver } = window;
    const here = await driver.run('return location.href');
    for (const [way, script] of Object.entries(WAYS_OUT)) {
      await driver.run(`const address = arguments[0]; try { ${script} } catch { /* Refused at once. */ }`, `${origin}/${encodeURIComponent(way)}`);
    }
    // Pictures may come from this machine, so this one arrives: proof that the server listens and that the others had
    // as much time.
    const picture = `${origin}/control`;
    await driver.run('new Image().src = arguments[0]', picture);
    await until('the control', () => heard.includes('/control'));
    assert.deepEqual(heard, ['/control']);
    assert.equal(await driver.run('return location.href'), here, 'the window shows its own page');
    assert.equal((await driver.ask('GET', `/session/${driver.session}/window/handles`)).length, 1, 'no second window');
    assert.equal(await driver.run('return document.documentElement.dataset.ready'), 'true', 'the page lives on');
    assert.ok((await window.call('start')).board, 'and is heard by the core');
    const limits = processesOf(window.library).map((pid) => readFileSync(`/proc/${pid}/limits`, 'utf8'));
    assert.ok(limits.length > 0 && limits.every((text) => /^Max core file size +([01]) +\1 /m.test(text)), 'a crash writes no memory to the disk');
  });
  outside.close();
  outside.closeAllConnections();
});

test('text that is put into the page does not run', { timeout: 60_000 }, async () => {
  const window = await Window.open();
  await watched('nothing-runs', [window], async () => {
    const { driver } = window;
    const tried = await driver.runLong(`
      window.ran = [];
      const refusals = [];
      document.addEventListener('securitypolicyviolation', (event) => refusals.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.ran.push("script")';
      document.body.append(script);
      const button = document.createElement('button');
      button.setAttribute('onclick', 'window.ran.push("handler")');
      document.body.append(button);
      button.click();
      const link = document.createElement('a');
      link.href = 'javascript:window.ran.push("link")';
      document.body.append(link);
      link.click();
      try { eval('window.ran.push("eval")') } catch {}
      try { new Function('window.ran.push("function")')() } catch {}
      try { setTimeout('window.ran.push("timer")') } catch {}
      for (const made of [script, button, link]) made.remove();
      setTimeout(() => done({ ran: window.ran, refusals }), 50);`);
    assert.deepEqual(tried.ran, []);
    assert.ok(tried.refusals.length >= 3, `the policy says so: ${tried.refusals}`);
  });
});

test('the page has one command and the media address gives nothing but media', { timeout: 60_000 }, async () => {
  const window = await Window.open();
  await watched('one-command', [window], async () => {
    const invoke = (/** @type {string} */ command, /** @type {unknown} */ args = {}) =>
      window.driver.runLong(
        'window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then((a) => done({ answered: a ?? null }), (p) => done({ refused: String(p?.code ?? p) }))',
        command, args);
    for (const [command, args] of /** @type {[string, unknown][]} */ ([
      ['plugin:fs|read_text_file', { path: '/etc/passwd' }],
      ['plugin:shell|execute', { program: 'true', args: [] }],
      ['plugin:opener|open_url', { url: 'https://example.com/' }],
      ['plugin:opener|open_path', { path: '/etc/passwd' }],
      ['plugin:opener|reveal_item_in_dir', { paths: ['/etc/passwd'] }],
      ['plugin:webview|create_webview_window', { options: { label: 'second', url: 'https://example.com/' } }],
      ['plugin:event|emit', { event: 'studio', payload: {} }],
      ['plugin:app|name', {}],
      ['plugin:path|resolve_directory', { directory: 1 }],
    ])) {
      assert.match((await invoke(command, args)).refused ?? '', /not allowed|not found|denied/i, command);
    }
    const core = (/** @type {string} */ name, /** @type {unknown} */ args) => invoke('call', { name, arguments: args });
    assert.ok((await core('start', {})).answered, 'the one command answers');
    assert.equal((await core('take_in_path', { path: '/etc/passwd' })).refused, 'image-not-a-picture');
    for (const name of ['no_such_command', '__proto__', '']) assert.ok((await core(name, {})).refused, name);
    assert.ok((await core('open_board', { id: '../../etc/passwd' })).refused);

    const { media_base: base, board } = await window.call('start');
    const { port, pathname } = new URL(base);
    const frame = board.shots.find((/** @type {any} */ shot) => shot.panel)?.panel.id;
    assert.equal(await status(port, `${pathname}/frame/${frame}`), 200, 'a picture is served');
    assert.equal(await status(port, `${pathname}/frame/${frame}`, { host: 'example.com' }), 403, 'not under another name');
    assert.equal(await status(port, `/${'0'.repeat(64)}/frame/${frame}`), 403, 'not without the token');
    assert.equal(await status(port, `${pathname}/frame/${frame}`, {}, 'DELETE'), 405);
    for (const id of ['../../library.db', '..%2f..%2flibrary.db', '/etc/passwd', '%2fetc%2fpasswd', '', 'nobody']) {
      for (const kind of ['frame', 'thumbnail', 'clip', 'poster', 'library']) {
        assert.equal(await status(port, `${pathname}/${kind}/${id}`), 404, `${kind}/${id}`);
      }
    }
  });
});

/**
 * The status of an answer. Made by hand: `fetch` would tidy the path and not let the host be chosen.
 * @param {string} port @param {string} where @param {Record<string, string>} [headers] @param {string} [method]
 * @returns {Promise<number | undefined>}
 */
function status(port, where, headers = {}, method = 'GET') {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: where, method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}
