// Whether the document is OpenAPI 3.1, and its examples are what their schemas say.

import { Validator } from '@seriousme/openapi-schema-validator';

async function* judgeForm(contract) {
  const { errors = [] } = await new Validator().validate(contract.text);
  if (typeof errors === 'string') yield ['openapi', errors];
  else for (const error of errors) yield ['openapi', `${error.instancePath} ${error.message}`];
}

// Everything with a schema beside it (parameters, headers, media types), and the named schemas
// themselves: {where, schema, examples, kind}. Answers are held against closed schemas.
function* schemasIn(contract, node, where = '', kind = 'open') {
  if (typeof node !== 'object' || node === null) return;
  if (where === '/components/schemas') {
    for (const [name, schema] of Object.entries(node))
      yield { where: `${where}/${name}`, schema, examples: schema.examples ?? [], kind };
  } else if (node.schema) {
    const examples = Object.values(node.examples ?? {}).map((one) => contract.resolve(one).value);
    if ('example' in node) examples.push(node.example);
    yield { where, schema: node.schema, examples, kind };
  } else {
    for (const [key, child] of Object.entries(node)) {
      const isAnswer = kind === 'closed' || key === 'responses';
      yield* schemasIn(contract, child, `${where}/${key}`, isAnswer ? 'closed' : 'open');
    }
  }
}

function* judgeSchema(contract, { where, schema, examples, kind }) {
  try {
    contract.validator(schema, kind);
  } catch (error) {
    yield ['schema', `${where}: ${error.message}`];
    return;
  }
  for (const example of examples) {
    const fault = contract.fault(schema, example, kind);
    if (fault) yield ['example', `${where}: ${fault}`];
  }
}

export async function* judgeDocument(contract) {
  let isSound = true;
  for await (const finding of judgeForm(contract)) {
    isSound = false;
    yield finding;
  }
  if (!isSound) return; // what follows would stumble over that
  for (const one of schemasIn(contract, contract.document)) yield* judgeSchema(contract, one);
}
