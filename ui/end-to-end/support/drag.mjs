// @ts-check
/** A real drag of files from another program onto the window, made with the system's own pointer. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { end } from './environment.mjs';
import { run } from './clips.mjs';

const SOURCE = path.join(path.dirname(fileURLToPath(import.meta.url)), 'drag-source.py');

/** Where an element's middle is on the screen. @param {import('./window.mjs').Window} window @param {string} css */
async function onScreen(window, css) {
  const inside = await window.driver.run(`const box = document.querySelector(arguments[0]).getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2, innerWidth, innerHeight];`, css);
  const id = run('xdotool', ['search', '--onlyvisible', '--name', '^Sixshot|Sixshot$']).trim().split('\n').at(-1) ?? '';
  const place = run('xdotool', ['getwindowgeometry', '--shell', id]);
  const number = (/** @type {string} */ name) => Number(new RegExp(`${name}=(-?\\d+)`).exec(place)?.[1] ?? 0);
  // The page fills the window but for the menu above it.
  return {
    x: Math.round(number('X') + inside[0]),
    y: Math.round(number('Y') + number('HEIGHT') - inside[3] + inside[1]),
  };
}

/**
 * Drags files onto an element.
 * @param {import('./window.mjs').Window} window @param {string} css @param {string[]} files
 */
export async function dropFiles(window, css, files) {
  const source = spawn('/usr/bin/python3', [SOURCE, ...files], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  try {
    await new Promise((resolve, reject) => {
      source.stdout?.once('data', resolve);
      source.once('exit', () => reject(new Error('the other program did not start')));
    });
    await pause(400);
    const id = run('xdotool', ['search', '--onlyvisible', '--name', '^drag source$']).trim().split('\n')[0] ?? '';
    const place = run('xdotool', ['getwindowgeometry', '--shell', id]);
    const from = { x: Number(/X=(\d+)/.exec(place)?.[1]) + 60, y: Number(/Y=(\d+)/.exec(place)?.[1]) + 45 };
    const to = await onScreen(window, css);
    const move = async (/** @type {number} */ x, /** @type {number} */ y) => {
      run('xdotool', ['mousemove', String(Math.round(x)), String(Math.round(y))]);
      await pause(25);
    };
    await move(from.x, from.y);
    run('xdotool', ['mousedown', '1']);
    for (let step = 1; step <= 12; step += 1) {
      await move(from.x + ((to.x - from.x) * step) / 12, from.y + ((to.y - from.y) * step) / 12);
    }
    await move(to.x + 2, to.y + 2);
    await pause(200);
    run('xdotool', ['mouseup', '1']);
    await pause(300);
  } finally {
    end(source);
  }
}
