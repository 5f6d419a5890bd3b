// Whether the tests have seen all that the document describes.

// These need a daemon that goes down, a disk that fails or memory that is short at just that
// request. Tests have them where it matters most, and those are judged like all others.
const SELDOM = ['500', '503'];

export class Coverage {
  constructor(contract) {
    this.contract = contract;
    this.seen = new Set();
  }

  add({ method, resource, status }) {
    const template = this.contract.find(resource)?.template;
    this.seen.add(`${method} ${template} ${status}`);
    if (status === 405) this.seen.add(`${template} 405`);
  }

  *judge() {
    for (const { method, template, operation } of this.contract.operations())
      for (const status of Object.keys(operation.responses))
        if (!SELDOM.includes(status) && !this.seen.has(`${method} ${template} ${status}`))
          yield ['coverage', `no ${method} ${template} was answered with ${status}`];
    for (const [template] of this.contract.templates)
      if (!this.seen.has(`${template} 405`))
        yield ['coverage', `nothing at ${template} was answered with 405`];
  }
}
