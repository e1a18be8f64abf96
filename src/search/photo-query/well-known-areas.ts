import type { PhotoNeed } from "../../core/photo-filter.ts";

/** A part of the world that is no country and no city, as people name it. */
export interface KnownArea {
  readonly name: string;
  /** For people: "in Tuscany (roughly)". */
  readonly label: string;
  readonly anyOf: readonly PhotoNeed[];
}

const africa =
  "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW";
const asia =
  "AE AF AM AZ BD BH BN BT CN CY GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE";
const europe =
  "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK";
const centralAmerica = "BZ CR GT HN NI PA SV";
const caribbean = "AG AI AW BB BL BM BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI";
const southAmerica = "AR BO BR CL CO EC FK GF GY PE PY SR UY VE";
/** By codes of countries. Countries on two continents count on both, but Russia, of which most people think as of Europe. */
const groups: ReadonlyMap<string, string> = new Map([
  ["africa", africa],
  ["asia", asia],
  ["europe", europe],
  ["north america", `CA GL MX US ${centralAmerica} ${caribbean}`],
  ["central america", centralAmerica],
  ["caribbean", caribbean],
  ["south america", southAmerica],
  ["latin america", `MX ${centralAmerica} ${southAmerica} CU DO HT PR`],
  ["oceania", "AS AU CK FJ FM GU KI MH MP NC NR NU NZ PF PG PN PW SB TK TO TV VU WF WS"],
  ["antarctica", "AQ"],
  ["southeast asia", "BN ID KH LA MM MY PH SG TH TL VN"],
  ["scandinavia", "DK NO SE"],
  ["balkans", "AL BA BG GR HR ME MK RO RS SI XK"],
  ["baltics", "EE LT LV"],
  ["middle east", "AE BH EG IL IQ IR JO KW LB OM PS QA SA SY TR YE"],
  ["benelux", "BE LU NL"],
]);

/** NAME,OTHER NAME|south|north|west|east, in whole tenths of degrees and a little too wide: no borders are known. */
const boxes = `
Algarve|36.9|37.6|-9.1|-7.3
Alps|43.8|48.4|5.2|16.4
Alsace|47.4|49.1|6.8|8.3
Amalfi Coast|40.5|40.8|14.3|14.9
Amazon|-15|5|-75|-48
Andalusia,Andalucia|36|38.8|-7.6|-1.6
Andes|-55|11|-80|-62
Azores|36.8|39.8|-31.4|-24.9
Bali|-8.9|-8|114.4|115.8
Balearic Islands|38.6|40.2|1.1|4.4
Basque Country,Pays Basque|42.4|43.6|-3.5|-1
Bavaria,Bayern|47.2|50.6|8.9|13.9
Bay Area|36.9|38.9|-123.2|-121.2
Big Island|18.8|20.4|-156.2|-154.7
Black Forest,Schwarzwald|47.5|49|7.5|8.8
Bora Bora|-16.6|-16.4|-151.9|-151.6
Borneo|-4.3|7.1|108.8|119.4
Brittany,Bretagne|47.2|49|-5.3|-1
Burgundy,Bourgogne|46.1|48.5|2.8|5.6
Canary Islands,Canaries|27.5|29.5|-18.3|-13.3
Cappadocia|38|39.2|34|35.9
Catalonia,Catalunya|40.5|42.9|0.1|3.4
Cinque Terre|44|44.2|9.6|9.8
Cornwall|49.8|50.95|-5.8|-4.1
Corsica|41.3|43.1|8.5|9.6
Costa Brava|41.6|42.5|2.7|3.4
Cote d'Azur,French Riviera|43|44|5.9|7.6
Cotswolds|51.4|52.2|-2.5|-1.4
Crete|34.7|35.8|23.4|26.4
Crimea|44.3|46.3|32.4|36.7
Dalmatia|42.3|44.6|14.3|18.6
Death Valley|35.6|37.4|-118|-116.2
Dolomites,Dolomiti|45.9|47|11.2|12.9
Easter Island,Rapa Nui|-27.3|-27|-109.6|-109.1
Flanders|50.6|51.6|2.5|6
Galapagos|-1.6|1.8|-92.1|-89.1
Grand Canyon|35.7|36.9|-114.1|-111.5
Great Barrier Reef|-24.6|-10.6|142.4|153.1
Himalaya,Himalayas|26.5|36.5|72.5|97.5
Hokkaido|41.3|45.6|139.3|146
Ibiza|38.6|39.2|1.1|1.7
Istria|44.7|45.7|13.4|14.4
Java|-8.9|-5.8|105|114.7
Kashmir|32.2|37.1|72.5|80.4
Kauai|21.8|22.3|-159.9|-159.2
Kerala|8.2|12.9|74.8|77.5
Kyushu|30.9|34.1|128.5|132.2
Ladakh|32.1|36.1|75.8|80.4
Lake Como|45.7|46.3|8.9|9.5
Lake District|54.1|54.8|-3.7|-2.6
Lake Garda|45.4|46|10.4|11
Lapland|65|71.3|14|32
Lofoten|67.6|68.6|12.3|15.5
Loire Valley|46.9|48.2|-1.6|3.1
Lombok|-9|-8.1|115.8|116.8
Lombardy,Lombardia|44.6|46.7|8.4|11.5
Machu Picchu|-13.3|-13|-72.7|-72.4
Madeira|32.3|33.2|-17.4|-16.2
Mallorca,Majorca|39.2|40|2.2|3.6
Maui|20.5|21.1|-156.8|-155.9
Monument Valley|36.8|37.2|-110.4|-109.9
Mount Everest,Everest|27.7|28.2|86.6|87.2
Mount Fuji,Mt Fuji,Mt. Fuji|35.1|35.6|138.4|139.1
New England|40.9|47.5|-73.8|-66.9
Normandy,Normandie|48.1|50.1|-2|1.9
Oahu|21.2|21.8|-158.4|-157.6
Okinawa|24|27.2|122.9|128.4
Outer Hebrides|56.7|58.6|-7.8|-6.1
Patagonia|-56|-36|-76|-62
Provence|43|44.5|4.2|7.2
Pyrenees|42|43.4|-2|3.3
Rajasthan|23|30.3|69.3|78.4
Rhodes|35.8|36.5|27.6|28.3
Rocky Mountains,Rockies|33|60|-128|-104
Sahara|15|35|-17|35
Santorini|36.3|36.5|25.3|25.5
Sardinia,Sardegna|38.8|41.4|8|10
Serengeti|-3.6|-1.3|33.8|35.5
Siberia|49|78|60|180
Sicily,Sicilia|36.5|38.9|11.8|15.8
Silicon Valley|37|37.7|-122.5|-121.6
Isle of Skye,Skye|57|57.8|-6.9|-5.6
Scottish Highlands|56|58.8|-6.5|-3.1
South Tyrol,Südtirol,Suedtirol|46.2|47.1|10.3|12.5
Sumatra|-6|6|95|106.2
Tahiti|-17.95|-17.4|-149.95|-149.1
Tenerife|27.9|28.7|-17|-16.1
Tibet|26.8|36.6|78.3|99.2
Transylvania|45.2|47.8|21.9|26.7
Tuscany,Toscana|42.2|44.5|9.6|12.4
Tyrol,Tirol|46.7|47.8|10|13
Uluru,Ayers Rock|-25.6|-25.1|130.7|131.3
Umbria|42.3|43.7|11.8|13.3
Yellowstone|44|45.2|-111.3|-109.7
Yosemite|37.4|38.2|-120|-119.1
Yucatan|19.5|21.7|-90.6|-86.7
Zanzibar|-6.6|-5.6|39|39.7
`;

interface Box {
  readonly name: string;
  readonly edges: readonly number[];
}

/** Finds an area by its name in lower case without accents; null for others. `countryName` names a code. */
export type AreaFinder = (name: string, countryName: (code: string) => string) => KnownArea | null;

export function createAreaFinder(): AreaFinder {
  const byName = new Map<string, Box>();
  for (const line of boxes.trim().split("\n")) {
    const [names = "", ...edges] = line.split("|");
    const all = names.split(",");
    for (const name of all) byName.set(plain(name), { name: all[0] ?? name, edges: edges.map(Number) });
  }
  return (asked, countryName) => {
    const name = asked.replace(/^the /, "").replace("’", "'");
    const codes = groups.get(name);
    if (codes !== undefined) {
      const anyOf = codes.split(" ").map((code): PhotoNeed => ({ kind: "country", code, name: countryName(code) }));
      return { name: titled(name), label: `in ${titled(name)} (by country)`, anyOf };
    }
    const box = byName.get(name);
    if (box === undefined) return null;
    const [south = 0, north = 0, west = 0, east = 0] = box.edges;
    return { name: box.name, label: `in ${box.name} (roughly)`, anyOf: [{ kind: "box", south, north, west, east }] };
  };
}

function plain(name: string): string {
  return name.toLowerCase().normalize("NFD").replaceAll(/\p{M}/gu, "");
}

function titled(name: string): string {
  return name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
