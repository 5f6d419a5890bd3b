// node check.js DOCUMENT ROUTES EXCHANGES - holds the OpenAPI document against the daemon's table
// of routes, a C source, and against what the API tests recorded. Says what does not fit.

import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { Contract } from './contract.js';
import { Coverage } from './coverage.js';
import { judgeDocument } from './document.js';
import { Exchange } from './exchange.js';
import { judgeRoutes } from './routes.js';
import { judge } from './rules.js';

const LINES_SHOWN = 20;
const LINE_SHOWN = 500; // characters

const [documentFile, routesFile, exchangesFile] = process.argv.slice(2);
let findings = 0;
let exchanges = 0;

function note(about, [rule, what]) {
  findings++;
  const line = `${rule}: ${about}: ${what}`.replace(/\s+/g, ' ').slice(0, LINE_SHOWN);
  if (findings <= LINES_SHOWN) console.log(line);
}

async function judgeExchanges(contract) {
  const coverage = new Coverage(contract);
  for await (const line of createInterface({ input: createReadStream(exchangesFile) })) {
    const exchange = new Exchange(JSON.parse(line));
    for (const finding of judge(contract, exchange)) note(exchange.name, finding);
    coverage.add(exchange);
    exchanges++;
  }
  for (const finding of coverage.judge()) note(exchangesFile, finding);
}

const contract = new Contract(readFileSync(documentFile, 'utf8'));
for await (const finding of judgeDocument(contract)) note(documentFile, finding);
if (findings === 0) {
  const routes = readFileSync(routesFile, 'utf8');
  for (const finding of judgeRoutes(contract, routes)) note(routesFile, finding);
  await judgeExchanges(contract);
}
console.log(`${documentFile}: ${exchanges} exchanges, ${findings} findings`);
process.exitCode = findings > 0 ? 1 : 0;
