import { expect } from 'chai';
import fc from 'fast-check';
import { payloadShare, segmentBytes, wireBytes } from '../../../models/network/ethernet.js';
import { FairShares } from '../../../models/network/fair-shares.js';
import { Network, type Receiver } from '../../../models/network/network.js';
import { Kernel } from '../../../sim/kernel.js';

const latency = 75_000;
const linkRate = 125e6;

interface Arrival {
  readonly tag: number;
  readonly at: number;
  readonly began: number;
}

function star(ports: number) {
  const kernel = new Kernel();
  const network = new Network(kernel, { ports, flows: 100, linkRate, latency });
  const arrivals: Arrival[] = [];
  const receiver: Receiver = { delivered: (tag, began) => void arrivals.push({ tag, at: kernel.now, began }) };
  return { kernel, network, arrivals, receiver };
}

const million = 1_000_000;
const alone = Math.ceil((wireBytes(million) / linkRate) * 1e9);

describe('ethernet', () => {
  it('carries 1448 of 1538 bytes in full frames, and pads small ones', () => {
    expect(payloadShare).to.be.closeTo(0.9415, 1e-4);
    expect(wireBytes(segmentBytes)).to.equal(1538);
    expect(wireBytes(segmentBytes + 1)).to.equal(1538 + 91);
    expect(wireBytes(0)).to.equal(90);
  });
});

describe('network', () => {
  it('takes the wire time of a message and the latency', () => {
    const { kernel, network, arrivals, receiver } = star(2);
    network.connect(0, 1, receiver).send(7, million);
    kernel.run();
    expect(arrivals).to.deep.equal([{ tag: 7, at: alone + latency, began: 0 }]);
    expect(network.sentBytes(0)).to.equal(wireBytes(million));
    expect(network.receivedBytes(1)).to.equal(wireBytes(million));
  });

  it('sends the messages of a flow one after another', () => {
    const { kernel, network, arrivals, receiver } = star(2);
    const flow = network.connect(0, 1, receiver);
    for (let tag = 0; tag < 40; tag++) flow.send(tag, million);
    kernel.run();
    expect(arrivals.map(({ tag }) => tag)).to.deep.equal(Array.from({ length: 40 }, (_, i) => i));
    arrivals.forEach(({ at, began }, i) => {
      expect(began).to.equal(i * alone);
      expect(at).to.equal((i + 1) * alone + latency);
    });
  });

  it('shares a port between flows, and gives all of it to the one that is left', () => {
    const { kernel, network, arrivals, receiver } = star(3);
    network.connect(0, 2, receiver).send(0, million);
    network.connect(1, 2, receiver).send(1, 2 * million);
    kernel.run();
    expect(arrivals[0]!.at).to.be.closeTo(2 * alone + latency, 2);
    expect(arrivals[1]!.at).to.be.closeTo(3 * alone + latency, 2000);
  });

  it('is full duplex, and flows of other ports are not in the way', () => {
    const { kernel, network, arrivals, receiver } = star(4);
    network.connect(0, 1, receiver).send(0, million);
    network.connect(1, 0, receiver).send(1, million);
    network.connect(2, 3, receiver).send(2, million);
    kernel.run();
    expect(arrivals.map(({ at }) => at)).to.deep.equal([alone + latency, alone + latency, alone + latency]);
  });

  it('serves a flow that comes into the midst of another', () => {
    const { kernel, network, arrivals, receiver } = star(3);
    const [long, short] = [network.connect(0, 2, receiver), network.connect(1, 2, receiver)];
    long.send(0, 10 * million);
    kernel.timer(() => short.send(1, million)).start(alone);
    kernel.run();
    expect(arrivals.map(({ tag }) => tag)).to.deep.equal([1, 0]);
    expect(arrivals[0]!.at).to.be.closeTo(3 * alone + latency, 2);
    expect(arrivals[1]!.at).to.be.closeTo(11 * alone + latency, 20_000);
  });

  it('keeps every link busy exactly as long as the bytes take, whatever comes when', () => {
    const message = fc.record({ from: fc.nat(3), bytes: fc.integer({ min: 1, max: 3_000_000 }), gap: fc.nat(20_000_000) });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 40 }), (messages) => {
        const { kernel, network, arrivals, receiver } = star(5);
        const flows = [0, 1, 2, 3].map((port) => network.connect(port, 4, receiver));
        const wire = messages.reduce((sum, { bytes }) => sum + wireBytes(bytes), 0);
        let at = 0;
        messages.forEach(({ from, bytes, gap }, tag) => {
          at += gap;
          kernel.timer(() => flows[from]!.send(tag, bytes)).startAt(at);
        });
        kernel.run();
        expect(arrivals).to.have.lengthOf(messages.length);
        expect(network.receivedBytes(4)).to.be.closeTo(wire, 1e-6);
        const end = Math.max(...arrivals.map((arrival) => arrival.at)) - latency;
        expect(end).to.be.at.least(Math.floor((wire / linkRate) * 1e9));
        expect(end).to.be.at.most(at + (wire / linkRate) * 1e9 + 100);
      }),
      { numRuns: 200 },
    );
  });
});

describe('fair shares', () => {
  it('settles the narrowest link first, and the others share what is left', () => {
    const shares = new FairShares(Float64Array.of(10, 10, 3, 10), 3);
    shares.route(0, 0, 2, Infinity);
    shares.route(1, 1, 2, Infinity);
    shares.route(2, 0, 3, Infinity);
    shares.settle(Int32Array.of(0, 1, 2), 3);
    expect([...shares.rate]).to.deep.equal([1.5, 1.5, 8.5]);
  });

  it('keeps to the limit of a flow', () => {
    const shares = new FairShares(Float64Array.of(10, 10, 10), 2);
    shares.route(0, 0, 2, 2);
    shares.route(1, 1, 2, Infinity);
    shares.settle(Int32Array.of(0, 1), 2);
    expect([...shares.rate]).to.deep.equal([2, 8]);
  });
});
