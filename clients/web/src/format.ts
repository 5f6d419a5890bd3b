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

// Commas, _ or blanks stand between groups of three; a point only where a power of ten follows.
const COUNT = /^([0-9]{1,3}(?:[,_ ][0-9]{3})+|[0-9]+)(?:(?:\.([0-9]+))?(?:e([0-9]{1,2})| ?([kmgb])))?$/i;
const POWERS: Record<string, number> = { '': 0, k: 3, m: 6, g: 9, b: 9 };
const COUNT_MAX = 2 ** 53;

// A whole number as people write it: 1000, 1,000, 1e6, 100k, 2.5M. NaN for anything else. All that may be
// written stands in schema/README.md. Beyond 2^53 numbers are not exact, but stay beyond.
export function readCount(text: string): number {
  const found = COUNT.exec(text.trim().replace(/\s/g, ' '));
  if (!found) return NaN;
  const part = (found[2] ?? '').replace(/0+$/, '');
  const power = Number(found[3] ?? POWERS[(found[4] ?? '').toLowerCase()]) - part.length;
  if (power < 0) return NaN;
  const exact = BigInt(found[1]!.replace(/[,_ ]/g, '') + part + '0'.repeat(power));
  return exact > COUNT_MAX ? Math.max(Number(exact), COUNT_MAX + 2) : Number(exact);
}
