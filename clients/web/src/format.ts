// Numbers and times as people read them.

const WHOLE = new Intl.NumberFormat('en');
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export function whole(number: number): string {
  return WHOLE.format(number);
}

// 1234567 -> "1.2M"
export function short(number: number): string {
  return SHORT.format(number);
}

export function matches(number: number): string {
  return number === 1 ? '1 match' : `${whole(number)} matches`;
}

// A share as a percentage that never rounds to 0 or 100 unless it is just that. The space before the
// sign does not break.
export function percent(share: number): string {
  if (share === 0) return '0\u00a0%';
  if (share === 1) return '100\u00a0%';
  if (share < 0.001) return '< 0.1\u00a0%';
  if (share > 0.999) return '> 99.9\u00a0%';
  return `${(share * 100).toFixed(share < 0.1 || share > 0.9 ? 1 : 0)}\u00a0%`;
}

export function seconds(number: number): string {
  if (number < 1) return 'less than a second';
  if (number < 90) return `${Math.round(number)} s`;
  if (number < 5400) return `${Math.round(number / 60)} min`;
  return `${(number / 3600).toFixed(1)} h`;
}

// What people write for a number of matches: 1000, 1,000, 1e6, 10k, 2.5M. NaN for anything else.
export function readCount(text: string): number {
  const found = /^([0-9]+(?:\.[0-9]+)?)(?:e([0-9]+))?([kmb]?)$/i.exec(text.replace(/[\s,_]/g, ''));
  if (!found) return NaN;
  const factor = { '': 1, k: 1e3, m: 1e6, b: 1e9 }[found[3]!.toLowerCase()]!;
  const number = Number(found[1]) * 10 ** Number(found[2] ?? 0) * factor;
  return Number.isInteger(Math.round(number * 1e6) / 1e6) ? Math.round(number) : NaN;
}
