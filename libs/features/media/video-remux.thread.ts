import type { MessagePort } from 'node:worker_threads';
import type { EncodedPacket, InputAudioTrack, InputTrack, InputVideoTrack, Output } from 'mediabunny';

export interface RemuxQuestion {
  readonly source: string;
  readonly target: string;
}

export type RemuxAnswer =
  | { readonly outcome: 'written' }
  /** Nothing is wrong with the file, but a plain MP4 cannot say the same as it. */
  | { readonly outcome: 'impossible'; readonly reason: string }
  | { readonly outcome: 'failed'; readonly reason: string };

type Mediabunny = typeof import('mediabunny');
type InputTracks = { readonly pictures: InputVideoTrack; readonly sound: InputAudioTrack | null };
type Cursor = { readonly first: EncodedPacket; readonly packets: AsyncIterator<EncodedPacket, unknown> };
type Lane = Cursor & { readonly add: (packet: EncodedPacket) => Promise<void>; readonly close: () => void };

/**
 * Writes the first pictures and sound of a video again, packet by packet as they are, into an MP4 with its index in front, without
 * edit list, without fragments and without anything else (places, other tracks). One request per message, one answer to each.
 *
 * It runs in a worker thread, as its own source text with that of `remuxParts`: see `media-thread.ts`.
 */
export function answerRemuxRequests(mediabunny: Mediabunny, port: MessagePort): void {
  mediabunny.Logging.level = mediabunny.LogLevel.Silent;

  async function remux({ source, target }: RemuxQuestion): Promise<RemuxAnswer> {
    const input = new mediabunny.Input({ source: new mediabunny.FilePathSource(source, { handleUnhandledError: () => undefined }), formats: [mediabunny.MP4, mediabunny.QTFF] });
    const output = new mediabunny.Output({ format: new mediabunny.Mp4OutputFormat({ fastStart: 'reserve' }), target: new mediabunny.FilePathTarget(target, { chunkSize: 2 ** 20 }) });
    try {
      const pictures = await input.getPrimaryVideoTrack();
      if (!pictures) return { outcome: 'failed', reason: 'no pictures' };
      const lanes = await openLanes(mediabunny, output, { pictures, sound: await input.getPrimaryAudioTrack() });
      if (typeof lanes === 'string') return { outcome: 'impossible', reason: lanes };
      await output.start();
      await copyPackets(lanes);
      await output.finalize();
      return { outcome: 'written' };
    } catch (error) {
      return { outcome: 'failed', reason: String(error) };
    } finally {
      input.dispose();
      if (output.state !== 'finalized') await output.cancel();
    }
  }

  port.on('message', (question: RemuxQuestion) => {
    void remux(question).then((answer) => port.postMessage(answer));
  });
}

/** @returns why a plain MP4 cannot hold what the file shows, or what is to be copied */
async function openLanes(mediabunny: Mediabunny, output: Output, { pictures, sound }: InputTracks): Promise<Lane[] | string> {
  /** Sound may be this much early or late before anybody can notice (ITU-R BT.1359-1: 45 ms early). */
  const noticeableSeconds = 0.045;
  const count = async (track: InputTrack): Promise<number> => (await track.computePacketStats(Infinity, { metadataOnly: true })).packetCount;
  const seen = await skipTo(mediabunny, pictures, -Infinity);
  const [codec, decoderConfig] = [await pictures.getCodec(), await pictures.getDecoderConfig()];
  if (!seen || !codec || !decoderConfig) return 'its pictures are in an unknown format';
  const heard = sound && (await skipTo(mediabunny, sound, seen.first.timestamp));
  if (heard && Math.abs(heard.first.timestamp - seen.first.timestamp) > noticeableSeconds) return 'its sound begins later than its pictures';
  const video = new mediabunny.EncodedVideoPacketSource(codec);
  output.addVideoTrack(video, { rotation: await pictures.getRotation(), maximumPacketCount: await count(pictures) });
  const lanes: Lane[] = [{ ...seen, add: (packet) => video.add(packet, { decoderConfig }), close: () => video.close() }];
  if (!sound || !heard) return lanes;
  const [soundCodec, soundConfig] = [await sound.getCodec(), await sound.getDecoderConfig()];
  if (!soundCodec || !soundConfig) return 'its sound is in an unknown format';
  const audio = new mediabunny.EncodedAudioPacketSource(soundCodec);
  output.addAudioTrack(audio, { maximumPacketCount: await count(sound) });
  return [...lanes, { ...heard, add: (packet) => audio.add(packet, { decoderConfig: soundConfig }), close: () => audio.close() }];
}

/** Past what an edit list hides: the packets that only prime the decoder of the sound. */
async function skipTo(mediabunny: Mediabunny, track: InputTrack, from: number): Promise<Cursor | null> {
  const packets = new mediabunny.EncodedPacketSink(track).packets();
  for (let next = await packets.next(); !next.done; next = await packets.next()) {
    if (next.value.timestamp >= from - next.value.duration / 2) return { first: next.value, packets };
  }
  return null;
}

/** Always from the track that is behind, so that the writer never has to hold back what is ahead; times from 0 in each, as only an edit list could say anything else. */
async function copyPackets(lanes: readonly Lane[]): Promise<void> {
  const waiting = lanes.map((lane) => ({ ...lane, packet: lane.first, at: 0 }));
  for (let [next] = waiting; next; next = waiting.toSorted((one, other) => one.at - other.at)[0]) {
    await next.add(next.packet.clone({ timestamp: next.at }));
    const following = await next.packets.next();
    if (following.done) {
      next.close();
      waiting.splice(waiting.indexOf(next), 1);
    } else {
      next.packet = following.value;
      next.at = following.value.timestamp - next.first.timestamp;
    }
  }
}

export const remuxParts = [openLanes, skipTo, copyPackets];
