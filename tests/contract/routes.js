// Whether the document has the routes of the daemon's table, no more and no fewer.

const ENTRY = /\.method\s*=\s*HTTP_(\w+),\s*\.pattern\s*=\s*"([^"]+)"/g;

export function* judgeRoutes(contract, source) {
  const served = [...source.matchAll(ENTRY)].map(([, method, pattern]) => `${method} ${pattern}`);
  const described = [...contract.operations()].map((one) => `${one.method} ${one.template}`);
  for (const route of served)
    if (!described.includes(route)) yield ['routes', `${route} is served, but not described`];
  for (const route of described)
    if (!served.includes(route)) yield ['routes', `${route} is described, but not served`];
}
