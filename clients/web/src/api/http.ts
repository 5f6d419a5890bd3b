// Requests to the daemon: the token, its refusals, its absence.

import { noticeSilence } from './connection';
import { Topic } from '../topic';
import { keepToken, readToken } from './token';

// What the daemon has refused, in its own words.
export class Failure extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly field: string | null,
  ) {
    super(detail);
  }
}

// Nobody has answered.
export class Silence extends Error {
  constructor() {
    super('The server does not answer.');
  }
}

export interface Ask {
  body?: unknown;
  text?: string; // a body that is JSON already
  key?: string; // Idempotency-Key: sending it twice does it once
  isSafe?: boolean; // it changes nothing, so it may be sent twice
  accept?: string;
  lastEvent?: string | null;
  signal?: AbortSignal;
}

// Asks the visitor for a token; null if there is none to be had.
type Asker = (why: string) => Promise<string | null>;

let asker: Asker = async () => null;
let asking: Promise<string | null> | null = null;

// Whether a token is wanted and the visitor has given none. They are not asked again until they want
// to be.
export const lacksToken = new Topic(false);

// Whether the server takes this page for one of somebody else's.
export const isStranger = new Topic(false);

export function setTokenAsker(ask: Asker): void {
  asker = ask;
}

// All requests that are refused at the same time wait for one answer.
function askForToken(why: string): Promise<string | null> {
  asking ??= asker(why).then((token) => {
    asking = null;
    if (token !== null) keepToken(token);
    lacksToken.set(token === null);
    return token;
  });
  return asking;
}

// The visitor wants to enter one, in place of what there may be. Whether they have.
export async function enterToken(why: string): Promise<boolean> {
  const token = await asker(why);
  if (token === null) return false;
  keepToken(token);
  lacksToken.set(false);
  return true;
}

const TRIES = 3;
const LONGEST_WAIT_S = 10;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function newKey(): string {
  // randomUUID() is for secure contexts alone, and a server in one's own network is none.
  return [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(16)).join('-');
}

async function send(method: string, path: string, ask: Ask): Promise<Response> {
  const headers: Record<string, string> = { Accept: ask.accept ?? 'application/json' };
  const token = readToken();
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  if (ask.lastEvent) headers['Last-Event-ID'] = ask.lastEvent;
  if (ask.key !== undefined) headers['Idempotency-Key'] = ask.key;
  const body = ask.text ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body));
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(path, { method, headers, body, signal: ask.signal, cache: 'no-cache' });
  } catch (error) {
    if (ask.signal?.aborted) throw error;
    noticeSilence();
    throw new Silence();
  }
}

async function failureOf(answer: Response): Promise<Failure> {
  const problem = await answer.json().catch(() => ({}));
  const detail = problem.detail ?? `The server answered ${answer.status}.`;
  if (answer.status === 403 && ['Origin', 'Host'].includes(problem.field)) isStranger.set(true);
  return new Failure(answer.status, detail, problem.field ?? null);
}

// Whether the visitor has given a token, after a 401.
async function gotToken(): Promise<boolean> {
  if (lacksToken.value) return false;
  const isKnown = readToken() !== null;
  const why = isKnown ? 'The server does not know this token.' : 'This server asks for a token.';
  return (await askForToken(why)) !== null;
}

// Whether asking again may work, after the pause that the server wants.
async function canRepeat(answer: Response, method: string, ask: Ask): Promise<boolean> {
  if (answer.status !== 429 && answer.status !== 503) return false;
  const wait = Number(answer.headers.get('Retry-After') ?? 1);
  const isRepeatable = method === 'GET' || ask.isSafe || ask.key !== undefined;
  if (wait > LONGEST_WAIT_S || !isRepeatable) return false;
  await pause(wait * 1000);
  return true;
}

// The answer, whatever it takes; throws Failure or Silence.
export async function ask(method: string, path: string, options: Ask = {}): Promise<Response> {
  for (let tries = 1; ;) {
    const answer = await send(method, path, options);
    if (answer.ok) return answer;
    if (answer.status === 401 ? await gotToken() : tries++ < TRIES && (await canRepeat(answer, method, options)))
      continue;
    throw await failureOf(answer);
  }
}

export async function askJson<T>(method: string, path: string, options: Ask = {}): Promise<T> {
  const answer = await ask(method, path, options);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}
