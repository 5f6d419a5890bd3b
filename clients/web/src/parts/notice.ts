// What the page has to say: at its top whether the server is there, at its foot what came of a request.

import { enterToken, Failure, isStranger, lacksToken, Silence } from '../api/http';
import { link, tryNow } from '../api/connection';
import { fill, h, show } from '../dom';

const LASTS_MS = 8000;

const banner = h('div', { class: 'banner', role: 'status' });
const toasts = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });

let onToken = () => {};

function button(text: string, action: () => void): HTMLElement {
  return h('button', { type: 'button', class: 'small', onclick: action }, text);
}

function tokenButton(text: string, why: string): HTMLElement {
  return button(text, () => void enterToken(why).then((isEntered) => isEntered && onToken()));
}

function bannerWords(): (Node | string)[] | null {
  if (link.value === 'down') {
    return [h('strong', {}, 'The server does not answer.'),
      ' Trying again by itself; nothing you see here is lost. ', button('Try now', tryNow)];
  }
  if (isStranger.value) {
    return [h('strong', {}, 'The server refuses this page.'), ' It does not know the address ',
      h('code', {}, location.origin), ': the proxy before it has to pass on the Host that the browser names, or the ' +
      'server be started with ', h('code', {}, `--allow-origin ${location.origin}`), '.'];
  }
  const asks = 'This server asks for a token.';
  return lacksToken.value ? [h('strong', {}, asks), ' Without one little works here. ', tokenButton('Enter a token', asks)] : null;
}

function drawBanner(): void {
  const words = bannerWords();
  fill(banner, words && h('p', {}, ...words));
  show(banner, words !== null);
}

// `whenToken` is called when the visitor has entered a token, and what failed may work.
export function noticeRegions(whenToken: () => void): HTMLElement[] {
  onToken = whenToken;
  link.watch(drawBanner);
  lacksToken.watch(drawBanner);
  isStranger.watch(drawBanner);
  return [banner, toasts];
}

function toast(kind: 'good' | 'bad', ...content: (Node | string)[]): void {
  const element = h('div', { class: `toast ${kind}` }, h('p', {}, ...content));
  const close = h('button', {
    type: 'button', class: 'toast-close', 'aria-label': 'Close this message',
    onclick: () => element.remove(),
  }, '×');
  element.append(close);
  toasts.append(element);
  while (toasts.children.length > 3) toasts.firstElementChild!.remove();
  if (kind === 'good') setTimeout(() => element.remove(), LASTS_MS);
}

export function tell(text: string): void {
  toast('good', text);
}

// What went wrong in words.
function explain(error: unknown): string {
  if (error instanceof Failure && error.status === 403)
    return `The token in use does not allow this (${error.message}).`;
  if (error instanceof Failure)
    return error.field ? `${error.field}: ${error.message}` : error.message;
  return error instanceof Error ? error.message : String(error);
}

// The same with a way out, where there is one.
export function explanation(error: unknown): (Node | string)[] {
  const isForbidden = error instanceof Failure && error.status === 403;
  const why = 'Another token may be allowed to do this.';
  return isForbidden ? [explain(error), ' ', tokenButton('Use another token', why)] : [explain(error)];
}

export function complain(what: string, error: unknown): void {
  const hasBanner = error instanceof Silence || isStranger.value || (error instanceof Failure && error.status === 401);
  if (!hasBanner) toast('bad', h('strong', {}, `${what} `), ...explanation(error));
}

// Runs what a button is for; a failure is told.
export async function attempt(what: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    complain(what, error);
  }
}
