// @ts-check
/** The stand-in for the providers, in a process of its own. */
import { spawn } from 'node:child_process';
import { end } from './environment.mjs';

export class Sandbox {
  /** @type {import('node:child_process').ChildProcess} */ process;
  /** @type {string} */ origin;
  /** The base address of every dialect by its name, which is the provider's. @type {Map<string, string>} */ dialects;

  /** @param {import('node:child_process').ChildProcess} child @param {Map<string, string>} dialects */
  constructor(child, dialects) {
    this.process = child;
    this.dialects = dialects;
    this.origin = (dialects.get('wavespeed') ?? '').replace(/\/wavespeed$/, '');
  }

  static async start() {
    const child = spawn(process.env['SIXSHOT_SANDBOX'] ?? '', ['0'], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    const dialects = await new Promise((resolve, reject) => {
      let text = '';
      child.stdout?.on('data', (data) => {
        text += data;
        // The ledger stands below all dialects.
        if (!/^ledger\s+\S+\n/m.test(text)) return;
        const found = [...text.matchAll(/^(\S+)\s+(http:\/\/[^/\s]+\/\1)$/gm)];
        resolve(new Map(found.map(([, name, base]) => [name ?? '', base ?? ''])));
      });
      child.on('error', reject);
      child.on('exit', () => reject(new Error('the sandbox ended')));
    });
    process.on('exit', () => end(child));
    // A test that failed half way leaves it running; that must not keep the whole suite waiting for its end.
    child.unref();
    /** @type {import('node:net').Socket | null} */ (child.stdout)?.unref();
    return new Sandbox(child, dialects);
  }

  get base() {
    return `${this.origin}/wavespeed`;
  }

  /** @returns {Promise<any[]>} */
  async ledger() {
    return /** @type {any[]} */ (await (await fetch(`${this.origin}/sandbox/ledger`)).json());
  }

  /** @returns {Promise<Record<string, number>>} */
  async requests() {
    return /** @type {Record<string, number>} */ (await (await fetch(`${this.origin}/sandbox/requests`)).json());
  }

  /** @param {Record<string, unknown>} fault */
  async fault(fault) {
    const body = JSON.stringify({ times: 1, ...fault });
    const answer = await fetch(`${this.origin}/sandbox/faults`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    if (!answer.ok) throw new Error(`the sandbox does not know this fault: ${await answer.text()}`);
  }

  async behave() {
    await fetch(`${this.origin}/sandbox/faults`, { method: 'DELETE' });
  }

  stop() {
    end(this.process);
  }
}
