// Whether the document has the routes of the daemon's table, no more and no fewer, with their rights.

const ENTRY = /\{HTTP_(\w+),\s*"([^"]+)"(?:,\s*RIGHT_(\w+))?/g;

export function* judgeRoutes(contract, source) {
  const served = [...source.matchAll(ENTRY)].map(
    ([, method, pattern, right = 'NONE']) => `${method} ${pattern} [${right.toLowerCase()}]`,
  );
  const described = [...contract.operations()].map(
    ({ method, template, operation }) => `${method} ${template} [${operation['x-right']}]`,
  );
  for (const route of served)
    if (!described.includes(route)) yield ['routes', `${route} is served, but not described`];
  for (const route of described)
    if (!served.includes(route)) yield ['routes', `${route} is described, but not served`];
}
