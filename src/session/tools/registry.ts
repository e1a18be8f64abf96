import { batchDelete } from "./batch-delete.ts";
import { batchIngest } from "./batch-ingest.ts";
import { getCollectionInfo } from "./get-collection-info.ts";
import { getEnvironment } from "./get-environment.ts";
import { ingestFileTool } from "./ingest-file.ts";
import { listCollections } from "./list-collections.ts";
import { listFileTypesTool } from "./list-file-types.ts";
import { listSessions } from "./list-sessions.ts";
import { quickLoad } from "./quick-load.ts";
import { scanDirectoryTool } from "./scan-directory.ts";
import { searchContext } from "./search-context.ts";
import { storeContext } from "./store-context.ts";
import type { Tool } from "./tool.ts";
import { unloadCollection } from "./unload-collection.ts";

/** Every MCP tool, in the order in which clients list them. */
export const tools: readonly Tool[] = [
  searchContext,
  storeContext,
  batchIngest,
  ingestFileTool,
  quickLoad,
  scanDirectoryTool,
  listCollections,
  getCollectionInfo,
  listSessions,
  getEnvironment,
  listFileTypesTool,
  unloadCollection,
  batchDelete,
];
