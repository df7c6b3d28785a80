/** AAC-LC, 48 kHz, stereo, as AudioSpecificConfig (ISO 14496-3 §1.6.2.1). */
export const silentAac = {
  description: Uint8Array.from([0x11, 0x90]),
  codec: 'mp4a.40.2',
  sampleRate: 48_000,
  numberOfChannels: 2,
  /** One access unit of 1024 samples, both channels silent. */
  frame: Uint8Array.from([0x21, 0x00, 0x49, 0x90, 0x02, 0x19, 0x00, 0x23, 0x80]),
  samplesPerFrame: 1024,
} as const;
