/** What one copy has over another of the same content. */
export interface CopyWorth {
  /** Of a picture: whether it says which camera took it. */
  readonly isFromCamera: boolean;
  /** Of a picture: whether it is a RAW photo, or has one beside it. */
  readonly hasRaw: boolean;
  /** Of a picture: how fine the finest is that is seen in it, against the other copies; a blown-up one has less. */
  readonly fineness: number;
  /** Of a picture; 0 of anything else. */
  readonly pixels: number;
  /** Of a text: whether another copy has all that it has, and more. */
  readonly isPart: boolean;
}

export const plainWorth: CopyWorth = { isFromCamera: false, hasRaw: false, fineness: 0, pixels: 0, isPart: false };
