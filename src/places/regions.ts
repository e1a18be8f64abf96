import type { Region } from "./place-table.ts";

const unitedStates =
  "AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DC District of Columbia,DE Delaware,FL Florida," +
  "GA Georgia,HI Hawaii,IA Iowa,ID Idaho,IL Illinois,IN Indiana,KS Kansas,KY Kentucky,LA Louisiana,MA Massachusetts,MD Maryland,ME Maine," +
  "MI Michigan,MN Minnesota,MO Missouri,MS Mississippi,MT Montana,NC North Carolina,ND North Dakota,NE Nebraska,NH New Hampshire," +
  "NJ New Jersey,NM New Mexico,NV Nevada,NY New York,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,RI Rhode Island,SC South Carolina," +
  "SD South Dakota,TN Tennessee,TX Texas,UT Utah,VA Virginia,VT Vermont,WA Washington,WI Wisconsin,WV West Virginia,WY Wyoming";
const canada =
  "01 Alberta,02 British Columbia,03 Manitoba,04 New Brunswick,05 Newfoundland and Labrador,07 Nova Scotia,08 Ontario," +
  "09 Prince Edward Island,10 Quebec,11 Saskatchewan,12 Yukon,13 Northwest Territories,14 Nunavut";
const unitedKingdom = "ENG England,NIR Northern Ireland,SCT Scotland,WLS Wales";
const australia =
  "01 Australian Capital Territory,02 New South Wales,03 Northern Territory,04 Queensland,05 South Australia,06 Tasmania,07 Victoria," +
  "08 Western Australia";

/** Regions by which people tell cities of one name apart: "Paris, Texas". Codes are those of GeoNames' first administrative level. */
export const knownRegions: readonly Region[] = [
  ...regionsOf("US", unitedStates),
  ...regionsOf("CA", canada),
  ...regionsOf("GB", unitedKingdom),
  ...regionsOf("AU", australia),
];

function regionsOf(country: string, list: string): Region[] {
  return list.split(",").map((each) => {
    const [code = "", ...words] = each.split(" ");
    return { country, code, name: words.join(" ") };
  });
}
