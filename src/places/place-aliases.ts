/** Other names of one city of the table. */
export interface PlaceAlias {
  /** As the table has it. */
  readonly place: string;
  readonly country: string;
  readonly names: readonly string[];
}

// COUNTRY|name in the table|other names. Accents need no second spelling.
const list = `
AE|Abu Dhabi|Abu Dabi
AT|Graz|Gratz
AT|Vienna|Wien,Vienne,Viena,Wenen,Bécs
BD|Dhaka|Dacca
BE|Antwerpen|Antwerp,Anvers,Amberes,Anversa
BE|Brugge|Bruges,Brügge,Brujas
BE|Brussels|Bruxelles,Brüssel,Brussel,Bruselas
BE|Gent|Ghent,Gand,Gante
BE|Leuven|Louvain,Löwen
BE|Liège|Luik,Lüttich,Lieja
BG|Sofia|Sofija
CH|Basel|Basle,Bâle,Basilea
CH|Bern|Berne,Berna
CH|Genève|Geneva,Genf,Ginevra,Ginebra
CH|Luzern|Lucerne,Lucerna
CH|Zürich|Zuerich,Zurigo
CN|Beijing|Peking,Pekin,Pechino
CN|Guangzhou|Canton,Kanton
CN|Nanjing|Nanking
CU|Havana|La Habana,Havanna,La Havane
CY|Nicosia|Lefkosia
CN|Xi’an|Sian
CZ|Brno|Brünn
CZ|Pilsen|Plzen
CZ|Prague|Praha,Prag,Praga
DE|Aachen|Aix-la-Chapelle,Aken,Aquisgrana
DE|Dresden|Dresde,Dresda
DE|Frankfurt am Main|Frankfurt,Francfort,Francoforte
DE|Freiburg|Freiburg im Breisgau,Fribourg-en-Brisgau
DE|Hamburg|Hambourg,Amburgo,Hamburgo
DE|Hannover|Hanover,Hanovre
DE|Köln|Cologne,Colonia,Keulen
DE|Leipzig|Lipsia
DE|Mainz|Mayence,Magonza
DE|Munich|München,Muenchen,Monaco di Baviera,Munique
DE|Nürnberg|Nuremberg,Norimberga
DE|Regensburg|Ratisbon,Ratisbonne
DE|Stuttgart|Stoccarda
DE|Trier|Trèves,Treviri
DK|Copenhagen|København,Kobenhavn,Kopenhagen,Copenhague,Copenaghen
EG|Alexandria|Alexandrie,Alessandria d'Egitto,Al Iskandariyah
EG|Cairo|Kairo,Le Caire,El Cairo,Al Qahirah
ES|A Coruña|La Coruña,Corunna
ES|Barcelona|Barcelone,Barcellona
ES|Córdoba|Cordova
ES|Donostia / San Sebastián|San Sebastian,Donostia
ES|Granada|Grenade
ES|Palma|Palma de Mallorca,Palma de Majorca
ES|Sevilla|Seville,Siviglia
ES|Zaragoza|Saragossa
FI|Helsinki|Helsingfors
FR|Dunkerque|Dunkirk,Dünkirchen
FR|Lyon|Lyons,Lione
FR|Marseille|Marseilles,Marsiglia,Marsella
FR|Nice|Nizza,Niza
FR|Paris|Parigi,Parijs
FR|Strasbourg|Strassburg,Straßburg,Strasburgo
GB|Edinburgh|Édimbourg,Edimburgo
GB|London|Londres,Londra,Londen
GR|Athens|Athen,Athina,Athènes,Atenas,Atene
GR|Thessaloníki|Salonica,Saloniki,Thessalonica
HR|Dubrovnik|Ragusa di Dalmazia
HR|Rijeka|Fiume
HR|Split|Spalato
HR|Zagreb|Agram
HU|Budapest|Ofenpest
ID|Yogyakarta|Jogjakarta,Jogja
IE|Dublin|Baile Átha Cliath,Dublino
IL|Jerusalem|Yerushalayim,Jérusalem,Gerusalemme
IL|Tel Aviv|Tel Aviv-Yafo
IN|Bengaluru|Bangalore
IN|Chennai|Madras
IN|Kolkata|Calcutta,Kalkutta
IN|Mumbai|Bombay
IN|Thiruvananthapuram|Trivandrum
IN|Varanasi|Benares
IR|Tehran|Teheran
IS|Reykjavík|Reikiavik
IT|Bolzano|Bozen
IT|Florence|Firenze,Florenz,Florencia
IT|Genoa|Genova,Genua,Gênes
IT|Livorno|Leghorn
IT|Merano|Meran
IT|Milan|Milano,Mailand
IT|Mantova|Mantua
IT|Naples|Napoli,Neapel,Nápoles
IT|Padova|Padua
IT|Rome|Roma,Rom
IT|Siracusa|Syracuse Sicily
IT|Trieste|Triest
IT|Turin|Torino
IT|Venice|Venezia,Venedig,Venise,Venecia
JP|Tokyo|Tokio
JP|Kyoto|Kioto
KR|Busan|Pusan
KR|Seoul|Séoul,Seul
LU|Luxembourg|Luxemburg,Lussemburgo
LV|Riga|Rīga
LT|Vilnius|Wilna,Vilna
MA|Fès|Fez
MA|Marrakesh|Marrakech,Marrakesch
MA|Tangier|Tanger
MC|Monaco|Monte Carlo
MM|Yangon|Rangoon
MO|Macau|Macao
MX|Mexico City|Ciudad de México,CDMX,Mexiko-Stadt
MY|George Town|Penang
NL|'s-Hertogenbosch|Den Bosch
NL|The Hague|Den Haag,La Haye,La Haya
NO|Oslo|Christiania
NP|Kathmandu|Katmandu
PL|Gdańsk|Danzig
PL|Kraków|Cracow,Krakau,Cracovia
PL|Poznań|Posen
PL|Szczecin|Stettin
PL|Warsaw|Warszawa,Warschau,Varsovie,Varsovia
PL|Wrocław|Breslau
PT|Lisbon|Lisboa,Lissabon,Lisbonne
PT|Porto|Oporto
RO|Bucharest|București,Bukarest,Bucarest
RS|Belgrade|Beograd,Belgrad
RU|Moscow|Moskva,Moskau,Moscou,Mosca
RU|Saint Petersburg|Sankt Petersburg,Petersburg,Leningrad,Saint-Pétersbourg
RU|Kaliningrad|Königsberg
SE|Göteborg|Gothenburg
SE|Malmö|Malmoe
SE|Stockholm|Estocolmo,Stoccolma
SG|Singapore|Singapur,Singapour
SI|Ljubljana|Laibach,Lubiana
SK|Bratislava|Pressburg
SY|Damascus|Damaskus,Damas
TH|Bangkok|Krung Thep
TH|Chiang Mai|Chiangmai
TN|Tunis|Túnez,Tunisi
TR|Istanbul|Constantinople,Byzantium
TR|İzmir|Smyrna
TW|Taipei|Taipeh
UA|Kyiv|Kiev,Kyjiw,Kiew
UA|Kharkiv|Kharkov,Charkiw
UA|Lviv|Lwow,Lemberg,Lvov
UA|Odessa|Odesa
US|Honolulu|Waikiki
US|Las Vegas|Vegas
US|Los Angeles|LA,L.A.
US|New Orleans|La Nouvelle-Orléans,NOLA
US|New York City|New York,NYC,Nueva York
US|Philadelphia|Philly
US|San Francisco|SF,Frisco
US|Washington, D.C.|Washington DC,Washington
VN|Ho Chi Minh City|Saigon
VN|Hanoi|Ha Noi
VN|Hội An|Hoian
ZA|Cape Town|Kapstadt,Le Cap,Ciudad del Cabo,Kaapstad
`;

/** Names in other languages, and shorter ones, that people type for well known cities; GeoNames' own list of them would be larger than all else. */
export const placeAliases: readonly PlaceAlias[] = list
  .trim()
  .split("\n")
  .map((line) => {
    const [country = "", place = "", names = ""] = line.split("|");
    return { country, place, names: names.split(",") };
  });
