import { batchDelete } from "./batch-delete.ts";
import { batchIngest } from "./batch-ingest.ts";
import { compareFilesTool } from "./compare-files.ts";
import { exportCollectionTool } from "./export-collection.ts";
import { extractExif } from "./extract-exif.ts";
import { findCollectionDuplicates } from "./find-collection-duplicates.ts";
import { findDuplicates } from "./find-duplicates.ts";
import { findSimilarPatterns } from "./find-similar-patterns.ts";
import { getCollectionInfo } from "./get-collection-info.ts";
import { getEnvironment } from "./get-environment.ts";
import { importCollectionTool } from "./import-collection.ts";
import { ingestFileTool } from "./ingest-file.ts";
import { listCollections } from "./list-collections.ts";
import { listFileTypesTool } from "./list-file-types.ts";
import { listSessions } from "./list-sessions.ts";
import { listWatchers } from "./list-watchers.ts";
import { quickLoad } from "./quick-load.ts";
import { scanDirectoryTool } from "./scan-directory.ts";
import { searchContext } from "./search-context.ts";
import { stopWatch } from "./stop-watch.ts";
import { storeContext } from "./store-context.ts";
import type { Tool } from "./tool.ts";
import { unloadCollection } from "./unload-collection.ts";
import { watchFolderTool } from "./watch-folder.ts";

/** Every MCP tool, in the order in which clients list them. */
export const tools: readonly Tool[] = [
  searchContext,
  findSimilarPatterns,
  storeContext,
  batchIngest,
  ingestFileTool,
  quickLoad,
  scanDirectoryTool,
  findDuplicates,
  extractExif,
  compareFilesTool,
  watchFolderTool,
  stopWatch,
  listWatchers,
  listCollections,
  getCollectionInfo,
  listSessions,
  getEnvironment,
  listFileTypesTool,
  unloadCollection,
  batchDelete,
  exportCollectionTool,
  importCollectionTool,
  findCollectionDuplicates,
];
