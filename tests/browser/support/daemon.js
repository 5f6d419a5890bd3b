// The real daemon, on a free port and a database in a temporary folder.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, openSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { eventually } from './eventually.js';

const BINARY = process.env.TTSTD ?? fileURLToPath(new URL('../../../build/ttstd', import.meta.url));

const API_TESTS = fileURLToPath(new URL('../../api', import.meta.url));
const MULTIPLY = `
import sys
from sealing import multiply

path, stem, count = sys.argv[1:]
multiply(path, "brain", count, name=f"printf('{stem}-%04d', i)", created_at="created_at - i", saved_at="saved_at - i")
`;

export class Daemon {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'ttstd-browser-'));
    this.port = 0;
    this.process = null;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get log() {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  // Once it has a port it comes back to the same.
  async start() {
    const log = openSync(join(this.folder, 'log'), 'w');
    const options = ['--listen', `127.0.0.1:${this.port}`, '--database', join(this.folder, 'ttst.db')];
    this.process = spawn(BINARY, options, { stdio: ['ignore', 'ignore', log] });
    closeSync(log);
    this.port = await eventually('the daemon listens', () => {
      if (this.process.exitCode !== null) throw new Error(`the daemon ended:\n${this.log}`);
      return Number(/event=listening .*\bport=(\d+)/.exec(this.log)?.[1]);
    });
    return this;
  }

  async stop(signal = 'SIGTERM') {
    const { process } = this;
    this.process = null;
    if (process === null || process.exitCode !== null) return;
    process.kill(signal);
    await once(process, 'exit');
  }

  async close() {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }

  async ask(method, path, body) {
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const answer = await fetch(this.url + path, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  }

  // Adds so many brains like the newest, each a little older, called STEM-0001 and on. The daemon comes back with
  // them; to create them one by one would take it far longer.
  async multiply(stem, count) {
    await this.stop();
    const options = { env: { ...process.env, PYTHONPATH: API_TESTS, PYTHONDONTWRITEBYTECODE: '1' } };
    execFileSync('python3', ['-c', MULTIPLY, join(this.folder, 'ttst.db'), stem, String(count)], options);
    await this.start();
  }

  // Trains to the end.
  async learn(matches, brain = 'default', more = {}) {
    const { id } = await this.ask('POST', '/train', { matches, brain, seed: 42, ...more });
    return eventually(`job ${id} is over`, async () => {
      const job = await this.ask('GET', `/train/${id}?wait=10`);
      return job.state === 'done' && job;
    });
  }

  create(name, rule) {
    return this.ask('PUT', `/brains/${name}`, { game: 'tictactoe', rule });
  }
}
