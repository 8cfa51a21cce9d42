"""Executions with Distributed Maps: objects instead of S3, batches by count and bytes, children one after the other."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from tests.unit.workflows.interpreter import Execution, Failure, evaluate


@dataclass
class DistributedExecution(Execution):
    """`objects` are those of S3 by their keys; with `shuffle`, batches hold items that do not follow each other."""

    objects: dict[str, str] = field(default_factory=dict)
    shuffle: bool = False
    batches: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tasks = {"getObject": self._get, "putObject": self._put, **self.tasks}

    def _get(self, arguments: dict[str, Any]) -> Any:
        return {"Body": self.objects[arguments["Key"]], "ETag": "1"}

    def _put(self, arguments: dict[str, Any]) -> Any:
        self.objects[arguments["Key"]] = json.dumps(arguments["Body"])
        return {"ETag": "1"}

    def _result(self, state: dict[str, Any], states: dict[str, Any]) -> Any:
        processor = state.get("ItemProcessor", {})
        if processor.get("ProcessorConfig", {}).get("Mode") != "DISTRIBUTED":
            return super()._result(state, states)
        ended: dict[str, list[Any]] = {"SUCCEEDED": [], "FAILED": [], "PENDING": []}
        for given in self._batches(state, states):
            assert len(json.dumps(given, ensure_ascii=False).encode()) <= STEP_FUNCTIONS_PAYLOAD_BYTES
            self.batches.append(given)
            parent, self.input = self.input, given
            try:
                ended["SUCCEEDED"].append(self.run(processor, given))
            except Failure as failure:
                ended["FAILED"].append({"Error": failure.error, "Cause": failure.cause})
            finally:
                self.input = parent
        assert len(ended["FAILED"]) == 0 or state.get("ToleratedFailurePercentage") == 100
        return self._write(state["ResultWriter"], states, ended) if "ResultWriter" in state else ended["SUCCEEDED"]

    def _batches(self, state: dict[str, Any], states: dict[str, Any]) -> Iterator[Any]:
        batcher = state["ItemBatcher"]
        fixed = {"BatchInput": evaluate(batcher["BatchInput"], states)} if "BatchInput" in batcher else {}
        batch: list[Any] = []
        for item in self._items(state, states):
            full = len(json.dumps({**fixed, "Items": [*batch, item]})) > batcher["MaxInputBytesPerBatch"]
            if batch and (full or len(batch) == batcher.get("MaxItemsPerBatch")):
                yield {**fixed, "Items": batch}
                batch = []
            batch.append(item)
        if batch:
            yield {**fixed, "Items": batch}

    def _items(self, state: dict[str, Any], states: dict[str, Any]) -> list[Any]:
        if "ItemReader" in state:
            assert state["ItemReader"]["ReaderConfig"] == {"InputType": "JSONL"}
            text = self.objects[evaluate(state["ItemReader"]["Arguments"], states)["Key"]]
            items = [json.loads(line) for line in text.splitlines()]
        else:
            items = evaluate(state["Items"], states)
        if "ItemSelector" not in state:
            return items
        selected = [
            evaluate(state["ItemSelector"], {**states, "context": {"Map": {"Item": {"Index": index, "Value": value}}}})
            for index, value in enumerate(items)
        ]
        if self.shuffle:
            selected = selected[1::2] + selected[::2]
        return selected

    def _write(self, writer: dict[str, Any], states: dict[str, Any], ended: dict[str, list[Any]]) -> Any:
        prefix = evaluate(writer["Arguments"], states)["Prefix"]
        files = {}
        for status, results in ended.items():
            flat = writer["WriterConfig"]["Transformation"] == "FLATTEN"
            values = [value for result in results for value in result] if flat else results
            lines = "".join(f"{json.dumps(value)}\n" for value in values)
            text = lines if writer["WriterConfig"]["OutputType"] == "JSONL" else json.dumps(values)
            files[status] = [{"Key": f"{prefix}/run/{status}_0", "Size": len(text)}] if results else []
            if writer["WriterConfig"]["OutputType"] == "JSON" and results:
                files[status][0]["Key"] += ".json"
            if results:
                self.objects[files[status][0]["Key"]] = text
        key = f"{prefix}/run/manifest.json"
        self.objects[key] = json.dumps({"ResultFiles": files})
        return {"MapRunArn": "arn", "ResultWriterDetails": {"Bucket": "b", "Key": key}}
