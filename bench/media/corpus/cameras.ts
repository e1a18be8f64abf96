/** What takes the photos of the corpus: figures of real cameras, with blocks of the sizes that these write. */
export interface CameraKind {
  readonly make: string;
  readonly model: string;
  readonly lenses: readonly string[];
  readonly width: number;
  readonly height: number;
  /** Size of a file: from, to. */
  readonly sizeBytes: readonly [number, number];
  /** What only the maker understands, which readers of EXIF step over. */
  readonly makerNoteBytes: number;
  readonly thumbnailBytes: number;
  /** Packet of XMP, 0: none. */
  readonly xmpBytes: number;
  readonly hasPlace: boolean;
  readonly hasZone: boolean;
  readonly isBigEndian: boolean;
}

const none = { makerNoteBytes: 0, thumbnailBytes: 0, xmpBytes: 0, hasPlace: false, hasZone: false, isBigEndian: false };

export const cameras: readonly CameraKind[] = [
  {
    ...none,
    make: "Canon",
    model: "Canon EOS R5",
    lenses: ["RF24-70mm F2.8 L IS USM", "RF70-200mm F2.8 L IS USM", "RF50mm F1.8 STM"],
    width: 8192,
    height: 5464,
    sizeBytes: [9_000_000, 18_000_000],
    makerNoteBytes: 22_000,
    thumbnailBytes: 12_000,
    xmpBytes: 2_900,
    hasZone: true,
  },
  {
    ...none,
    make: "NIKON CORPORATION",
    model: "NIKON Z 6_2",
    lenses: ["NIKKOR Z 24-120mm f/4 S", "NIKKOR Z 85mm f/1.8 S"],
    width: 6048,
    height: 4024,
    sizeBytes: [6_000_000, 13_000_000],
    makerNoteBytes: 30_000,
    thumbnailBytes: 9_500,
    isBigEndian: true,
  },
  {
    ...none,
    make: "Apple",
    model: "iPhone 14 Pro",
    lenses: ["iPhone 14 Pro back triple camera 6.86mm f/1.78", "iPhone 14 Pro front camera 2.69mm f/1.9"],
    width: 4032,
    height: 3024,
    sizeBytes: [1_800_000, 4_500_000],
    makerNoteBytes: 1_500,
    thumbnailBytes: 8_000,
    hasPlace: true,
    hasZone: true,
    isBigEndian: true,
  },
  {
    ...none,
    make: "Google",
    model: "Pixel 8",
    lenses: ["Pixel 8 back camera 6.9mm f/1.68"],
    width: 4080,
    height: 3072,
    sizeBytes: [2_500_000, 6_000_000],
    makerNoteBytes: 24_000,
    thumbnailBytes: 21_000,
    xmpBytes: 1_200,
    hasPlace: true,
    hasZone: true,
  },
  // Exported from a program: small EXIF, much XMP with what a person wrote.
  {
    ...none,
    make: "FUJIFILM",
    model: "X-T4",
    lenses: ["XF16-55mmF2.8 R LM WR", "XF35mmF1.4 R"],
    width: 3000,
    height: 2000,
    sizeBytes: [900_000, 3_000_000],
    xmpBytes: 14_000,
  },
];

/** Where photos are taken: name, country, degrees, offset from UTC in summer. */
export const places = [
  { city: "Paris", country: "France", latitude: 48.8566, longitude: 2.3522, zone: "+02:00" },
  { city: "Lisbon", country: "Portugal", latitude: 38.7223, longitude: -9.1393, zone: "+01:00" },
  { city: "Zurich", country: "Switzerland", latitude: 47.3769, longitude: 8.5417, zone: "+02:00" },
  { city: "Kyoto", country: "Japan", latitude: 35.0116, longitude: 135.7681, zone: "+09:00" },
  { city: "Cape Town", country: "South Africa", latitude: -33.9249, longitude: 18.4241, zone: "+02:00" },
  { city: "San Francisco", country: "United States", latitude: 37.7749, longitude: -122.4194, zone: "-07:00" },
  { city: "Reykjavik", country: "Iceland", latitude: 64.1466, longitude: -21.9426, zone: "+00:00" },
  { city: "Rio de Janeiro", country: "Brazil", latitude: -22.9068, longitude: -43.1729, zone: "-03:00" },
] as const;

export const subjects = [
  ["sunset", "river"],
  ["market", "people"],
  ["mountain", "snow"],
  ["family", "dinner"],
  ["temple", "garden"],
  ["street", "night"],
  ["beach", "dog"],
  ["birthday", "cake"],
] as const;
