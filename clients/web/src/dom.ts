// Elements in one expression. Text goes in as text, never as HTML.

type Child = Node | string | null | false;
type Value = string | number | boolean | null | ((event: never) => void);

// Attributes by their names; `onclick` and the like add listeners; null and false leave them out.
function setAttribute(element: Element, name: string, value: Value): void {
  if (typeof value === 'function') {
    element.addEventListener(name.slice(2), value as EventListener);
  } else if (value !== null && value !== false) {
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  fill(element, ...children);
  return element;
}

export function svg(
  tag: string,
  attributes: Record<string, string | number>,
  ...children: Element[]
): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children);
  return element;
}

// Puts these in place of what was in it.
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(
    ...children.filter((child): child is Node | string => child !== null && child !== false),
  );
}

// For live regions: what they said already would be read aloud again.
export function say(element: Element, text: string): void {
  if (element.textContent !== text) fill(element, text);
}

let ids = 0;
export function newId(prefix: string): string {
  ids += 1;
  return `${prefix}-${ids}`;
}

export function show(element: HTMLElement, isShown: boolean): void {
  element.hidden = !isShown;
}
