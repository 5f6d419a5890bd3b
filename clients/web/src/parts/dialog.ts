// Questions that come before the page: are you sure, under what name, which token.

import { h, newId } from '../dom';

function open(dialog: HTMLDialogElement): Promise<string> {
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    dialog.showModal();
  });
}

function frame(title: string, ...content: Node[]): HTMLDialogElement {
  const id = newId('dialog');
  return h('dialog', { 'aria-labelledby': id }, h('h2', { id }, title), ...content);
}

function buttons(yes: string, no: string, kind: string): HTMLElement {
  return h('div', { class: 'row end' },
    h('button', { value: '', formnovalidate: true }, no),
    h('button', { value: 'yes', class: kind }, yes));
}

// The second time that something is asked which cannot be undone.
export async function confirm(title: string, text: string, yes: string): Promise<boolean> {
  const form = h('form', { method: 'dialog' }, h('p', {}, text), buttons(yes, 'Keep it', 'danger'));
  return (await open(frame(title, form))) === 'yes';
}

export interface Question {
  title: string;
  text: string;
  label: string;
  value?: string;
  pattern?: string;
  hint?: string;
  secret?: boolean;
  yes: string;
}

// A line of text; null if there is none.
export async function prompt(question: Question): Promise<string | null> {
  const id = newId('answer');
  const hint = newId('hint');
  const input = h('input', {
    id, type: question.secret ? 'password' : 'text', required: true, autocomplete: 'off',
    spellcheck: 'false', autocapitalize: 'none', value: question.value ?? '',
    pattern: question.pattern ?? null, title: question.hint ?? null,
    'aria-describedby': question.hint ? hint : null,
  });
  const form = h('form', { method: 'dialog' },
    h('p', {}, question.text),
    h('label', { for: id }, question.label), input,
    question.hint ? h('p', { class: 'hint', id: hint }, question.hint) : null,
    buttons(question.yes, 'Cancel', 'primary'));
  // Enter presses a form's first button, which is Cancel.
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    form.requestSubmit(form.querySelector<HTMLButtonElement>('button[value=yes]'));
  });
  return (await open(frame(question.title, form))) === 'yes' ? input.value.trim() : null;
}

export const NAME_PATTERN = '[a-z][a-z0-9_\\-]{0,63}';
export const NAME_HINT = 'Small letters, digits, - and _, beginning with a letter.';

export function askForToken(why: string): Promise<string | null> {
  return prompt({
    title: 'A token, please',
    text: `${why} Whoever runs it can give you one. It is kept for this tab only, and forgotten when ` +
      'you close it.',
    label: 'Token', secret: true, yes: 'Use this token',
  });
}
