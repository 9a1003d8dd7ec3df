"""The words of the command line in English and Chinese; results for programs are never translated."""

from __future__ import annotations

import locale
import os
from typing import Any, Literal

Language = Literal["en", "zh"]

_WORDS: dict[str, tuple[str, str]] = {
    # errors, by code
    "home_busy": (
        "Fireside is already running on this home folder. Close it, or choose another folder with --home.",
        "Fireside 已在使用这个主文件夹。请先关闭它，或用 --home 指定另一个文件夹。",
    ),
    "port_busy": (
        "Port {port} is used by another program. Try: fireside serve --port {free}",
        "端口 {port} 已被其他程序占用。请试试：fireside serve --port {free}",
    ),
    "no_model": (
        "No model is installed yet. Fetch the starter model with: fireside models get {starter}",
        "还没有安装模型。请先下载入门模型：fireside models get {starter}",
    ),
    "no_assistant": (
        "There is no assistant '{name}'. Known: {known}.",
        "没有名为“{name}”的助手。已有：{known}。",
    ),
    "no_store": (
        "There is no store of files '{name}'. Known: {known}. Make one with: fireside ingest PATH --store {name}",
        "没有名为“{name}”的知识库。已有：{known}。新建：fireside ingest 路径 --store {name}",
    ),
    "same_name": ("Several stores are named '{name}'. Use an id: {ids}", "有多个知识库名为“{name}”，请改用 ID：{ids}"),
    "none": ("none", "无"),
    # chat
    "chat_hello": (
        "{assistant} answers with {model}. Empty line or /exit leaves; Ctrl-C stops an answer.",
        "{assistant} 使用 {model} 回答。空行或 /exit 退出；Ctrl-C 停止当前回答。",
    ),
    "chat_stored": ("Stored in {home} as {thread}.", "已保存在 {home}，对话 {thread}。"),
    "chat_loading": ("loading the model", "正在加载模型"),
    "chat_reading": ("reading {percent} %", "正在阅读 {percent} %"),
    "chat_stopped": ("(stopped)", "（已停止）"),
    "chat_cut": ("(cut off: {reason})", "（未完成：{reason}）"),
    "chat_failed": ("The answer failed: {message}", "回答失败：{message}"),
    "chat_approve": ("Let the assistant call {call}? [y/N/always] ", "允许助手调用 {call} 吗？[y/N/always] "),
    "chat_code": ("The assistant wants to run this code:", "助手想运行这段代码："),
    "chat_run": ("Run it? [y/N] ", "运行吗？[y/N] "),
    "chat_run_once": (
        "Run it, and what follows in this conversation? [y/N] ",
        "运行它，以及本次对话中后续的代码吗？[y/N] ",
    ),
    "chat_code_refused": ("Not run, as nobody is here to ask:", "无人可问，没有运行："),
    "chat_output": ("The assistant calls {call}. What is the result? ", "助手调用 {call}。结果是什么？"),
    "chat_refused": ("Refused, as nobody is here to ask: {call}", "无人可问，已拒绝：{call}"),
    "offer_starter": (
        "No model is installed. Download {name} ({size}) now? [Y/n] ",
        "还没有安装模型。现在下载 {name}（{size}）吗？[Y/n] ",
    ),
    # models
    "grade_case": ("{number:>2} of {total}  {verdict:<16} {case}", "{number:>2}/{total}  {verdict:<16} {case}"),
    "grade_card": (
        "{id}: calls {passed}/{total}, parallel {parallel}, Chinese {chinese}",
        "{id}：函数调用 {passed}/{total}，并行调用{parallel}，中文{chinese}",
    ),
    "yes": ("yes", "支持"),
    "no": ("no", "不支持"),
    "installed": ("Installed:", "已安装："),
    "available": ("Available (fireside models get ID):", "可下载（fireside models get ID）："),
    "nothing_installed": ("  nothing yet", "  暂无"),
    "fit_well": ("runs well", "运行流畅"),
    "fit_tight": ("just fits", "勉强可用"),
    "fit_no": ("too large here", "本机无法运行"),
    "tokens_per_second": ("about {speed:.0f} tokens/s", "约每秒 {speed:.0f} 个词元"),
    "starter": ("starter", "入门"),
    "recommended": (
        "Recommended: {name}. Get it with: fireside models get {id}",
        "推荐：{name}。下载：fireside models get {id}",
    ),
    "already": ("{id} is already installed.", "{id} 已经安装。"),
    "left": ("{time} left", "剩余 {time}"),
    "verifying": ("checking the file", "正在校验文件"),
    "queued": ("waiting", "等待中"),
    "got": ("{id} is ready.", "{id} 已就绪。"),
    "paused": (
        "Paused at {percent} %. Continue with: fireside models get {id}",
        "已在 {percent} % 处暂停。继续：fireside models get {id}",
    ),
    "imported": ("{id} was added ({size}).", "已添加 {id}（{size}）。"),
    "removed": ("{id} was removed; {size} are free again.", "已删除 {id}，释放了 {size}。"),
    # search, ingest, stores
    "search_nothing": ("No passage answers this.", "没有找到相关段落。"),
    "search_waiting": (
        "{count} files of this store have not been read yet, so passages may be missing. Finish with: "
        "fireside ingest PATH --store {store}",
        "该知识库还有 {count} 个文件没有读完，结果可能不全。继续读取：fireside ingest 路径 --store {store}",
    ),
    "search_failed": ("Not all searches worked: {what}", "部分检索未能进行：{what}"),
    "search_rewritten": ("searched for: {queries}", "实际检索：{queries}"),
    "page": ("page {page}", "第 {page} 页"),
    "pages": ("pages {page}–{last}", "第 {page}–{last} 页"),
    "line": ("line {line}", "第 {line} 行"),
    "lines": ("lines {line}–{last}", "第 {line}–{last} 行"),
    "score_words": ("words", "关键词"),
    "score_sense": ("sense", "语义"),
    "score_fused": ("both", "融合"),
    "score_rerank": ("reranked", "重排"),
    "ingest_store": ("Documents", "文档"),
    "ingest_found": ("{files} files, {size}, into {store} ({id})", "{files} 个文件，共 {size}，读入 {store}（{id}）"),
    "ingest_passed_over": (
        "{count} passed over: no text, hidden or temporary",
        "已略过 {count} 个：无文字、隐藏或临时文件",
    ),
    "ingest_full": (
        "There are more files; only the first {count} are taken.",
        "文件过多，只读取前 {count} 个。",
    ),
    "ingest_known": ("{count} were there already", "{count} 个已在库中"),
    "ingest_speed": ("{speed} chunks/s", "每秒 {speed} 段"),
    "ingest_files": ("{done} of {total} files", "{done}/{total} 个文件"),
    "ingest_read": ("read    {name}  {chunks} chunks", "已读取  {name}  {chunks} 段"),
    "ingest_failed": ("failed  {name}: {why}", "失败    {name}：{why}"),
    "ingest_done": (
        "{done} files can be searched in {store}, {failed} failed.",
        "{store} 已可检索 {done} 个文件，失败 {failed} 个。",
    ),
    "ingest_stopped": (
        "Stopped with {left} files left. The same command goes on where it stopped.",
        "已停止，还剩 {left} 个文件。再次运行同一命令即可继续。",
    ),
    "ingest_no_files": ("There is nothing here that can be searched.", "这里没有可以检索的文件。"),
    "ingest_by_words": (
        "No model for searching is installed: files are found by their words only. Get one with: "
        "fireside models get {model}",
        "没有安装检索模型，只能按关键词查找。下载：fireside models get {model}",
    ),
    "stores_none": ("No stores yet. Make one with: fireside ingest PATH", "还没有知识库。新建：fireside ingest 路径"),
    "stores_files": ("{count} files", "{count} 个文件"),
    "stores_waiting": ("{count} waiting", "{count} 个等待中"),
    "stores_failed": ("{count} failed", "{count} 个失败"),
    # serve
    "serve_key": ("The key is kept in {path}.", "密钥保存在 {path}。"),
    "serve_stop": ("Ctrl-C stops the server.", "按 Ctrl-C 停止服务。"),
    # import
    "import_counts": ("{kind}: {new} new, {known} here already", "{kind}：新增 {new}，已有 {known}"),
    "import_left": ("Not taken: {count}", "未导入：{count}"),
    "import_more": ("  … and {count} more", "  ……另有 {count} 项"),
    "import_nothing": (
        "Nothing was found that could be taken. Expected: .json or .jsonl files with objects of the Assistants API.",
        "没有找到可导入的内容。需要包含 Assistants API 对象的 .json 或 .jsonl 文件。",
    ),
    "kind_assistants": ("assistants", "助手"),
    "kind_threads": ("threads", "对话"),
    "kind_messages": ("messages", "消息"),
    "kind_runs": ("runs", "运行"),
    "kind_steps": ("run steps", "运行步骤"),
    "kind_files": ("files", "文件"),
    "kind_vector_stores": ("vector stores", "向量库"),
    # backup, restore
    "backup_made": ("Backed up and checked: {path} ({size})", "已备份并校验：{path}（{size}）"),
    "backup_damaged": (
        "{count} files on the disk are damaged and were left out.",
        "磁盘上有 {count} 个文件已损坏，未包含在备份中。",
    ),
    "restore_holds": (
        "Backup of {made}: {threads} chats with {messages} messages, {assistants} assistants, {files} files, {size}",
        "{made} 的备份：{threads} 个对话、{messages} 条消息、{assistants} 个助手、{files} 个文件，共 {size}",
    ),
    "restore_done": ("Restored into {home}.", "已恢复到 {home}。"),
    "restore_aside": ("What was there before lies in {path}.", "原有数据已移至 {path}。"),
    # doctor
    "ok": ("ok", "正常"),
    "doctor_unused": ("not opened yet", "尚未创建"),
    "doctor_versions": ("Versions", "版本"),
    "doctor_processor": ("Processor", "处理器"),
    "doctor_memory": ("Memory", "内存"),
    "doctor_gpus": ("Graphics", "显卡"),
    "doctor_jail": ("Jail", "沙箱"),
    "doctor_home": ("Home", "主文件夹"),
    "doctor_free": ("free", "可用"),
    "doctor_problem": ("Problem", "问题"),
    "doctor_models": ("Models:", "模型："),
    "doctor_hash_ok": ("ok, hash checked", "正常，已校验"),
    "doctor_jail_holds": ("holds", "有效"),
    "doctor_jail_off": ("Code cannot run here.", "无法在本机运行代码。"),
    "doctor_no_wall": ("no {wall}", "无 {wall}"),
}


def language(setting: str = "system") -> Language:
    """Return the language for a setting's value; "system" follows LC_ALL, LC_MESSAGES, LANG."""
    if setting != "system":
        return "zh" if setting.startswith("zh") else "en"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    system = locale.getlocale()[0] or ""
    return "zh" if system.lower().startswith(("zh", "chinese")) else "en"


class Words:
    """Says things in one language."""

    def __init__(self, chosen: Language) -> None:
        self.language = chosen

    def __call__(self, key: str, **values: Any) -> str:
        english, chinese = _WORDS[key]
        return (chinese if self.language == "zh" else english).format(**values)

    def knows(self, key: str) -> bool:
        """Tell whether there are words under this key."""
        return key in _WORDS
