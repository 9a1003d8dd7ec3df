<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AbilitiesPart</name>
    <message>
        <source>Files for the code interpreter</source>
        <translation>给代码解释器的文件</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>Only files attached in the chat</source>
        <translation>只检索对话里附上的文件</translation>
    </message>
    <message>
        <source>A store without a name</source>
        <translation>未命名的知识库</translation>
    </message>
    <message>
        <source>Code interpreter</source>
        <translation>代码解释器</translation>
    </message>
    <message>
        <source>Writes Python and runs it behind walls: computes, reads tables, draws</source>
        <translation>写 Python 并在隔离环境里运行：计算、读表、画图</translation>
    </message>
    <message>
        <source>File search</source>
        <translation>文件检索</translation>
    </message>
    <message>
        <source>Finds passages in files and says where they are from</source>
        <translation>在文件里找出相关段落，并注明出处</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>添加文件…</translation>
    </message>
    <message>
        <source>What is searched</source>
        <translation>检索哪里</translation>
    </message>
    <message>
        <source>Manage knowledge</source>
        <translation>管理知识库</translation>
    </message>
</context>
<context>
    <name>AboutSection</name>
    <message>
        <source>What is new</source>
        <translation>更新内容</translation>
    </message>
    <message>
        <source>Fireside is free under the Apache licence 2.0. It stands on:</source>
        <translation>炉边以 Apache 2.0 许可证发布，使用了以下组件：</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Fireside {version}</source>
        <translation>炉边 {version}</translation>
    </message>
    <message>
        <source>Private assistants on your own computer.</source>
        <translation>在自己电脑上运行的私人助手。</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Import a model file…</source>
        <translation>导入模型文件……</translation>
    </message>
    <message>
        <source>Show Fireside&apos;s folder</source>
        <translation>打开炉边的文件夹</translation>
    </message>
    <message>
        <source>Quit Fireside</source>
        <translation>退出炉边</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Copy the last answer</source>
        <translation>复制最近一条回答</translation>
    </message>
    <message>
        <source>Rename this chat</source>
        <translation>重命名此对话</translation>
    </message>
    <message>
        <source>Pin or unpin this chat</source>
        <translation>置顶或取消置顶此对话</translation>
    </message>
    <message>
        <source>Save this chat as Markdown…</source>
        <translation>将此对话存为 Markdown…</translation>
    </message>
    <message>
        <source>Save this chat as JSON…</source>
        <translation>将此对话存为 JSON…</translation>
    </message>
    <message>
        <source>Save this chat as PDF…</source>
        <translation>将此对话存为 PDF…</translation>
    </message>
    <message>
        <source>Delete this chat</source>
        <translation>删除此对话</translation>
    </message>
    <message>
        <source>Choose who answers</source>
        <translation>选择由谁回答</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>写消息</translation>
    </message>
    <message>
        <source>Search all chats</source>
        <translation>搜索全部对话</translation>
    </message>
    <message>
        <source>Show or hide the side panel</source>
        <translation>显示或隐藏侧栏</translation>
    </message>
    <message>
        <source>Show or hide the details</source>
        <translation>显示或隐藏详情</translation>
    </message>
    <message>
        <source>Copy the last run as Python</source>
        <translation>将最近一次运行复制为 Python</translation>
    </message>
    <message>
        <source>Switch between light and dark</source>
        <translation>切换浅色与深色</translation>
    </message>
    <message>
        <source>Switch language: English or 中文</source>
        <translation>切换语言：中文或 English</translation>
    </message>
    <message>
        <source>All commands…</source>
        <translation>全部命令……</translation>
    </message>
    <message>
        <source>Go to the chat</source>
        <translation>前往对话</translation>
    </message>
    <message>
        <source>Go to assistants</source>
        <translation>前往助手</translation>
    </message>
    <message>
        <source>Go to knowledge</source>
        <translation>前往知识库</translation>
    </message>
    <message>
        <source>Go to discussions</source>
        <translation>前往讨论</translation>
    </message>
    <message>
        <source>Go to the bin</source>
        <translation>打开回收站</translation>
    </message>
    <message>
        <source>Go to models</source>
        <translation>前往模型</translation>
    </message>
    <message>
        <source>Go to settings</source>
        <translation>前往设置</translation>
    </message>
</context>
<context>
    <name>AnsweringPart</name>
    <message>
        <source>The default model</source>
        <translation>默认模型</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>JSON of any shape</source>
        <translation>任意结构的 JSON</translation>
    </message>
    <message>
        <source>JSON by a schema</source>
        <translation>按模式输出 JSON</translation>
    </message>
    <message>
        <source>As in the settings</source>
        <translation>与设置一致</translation>
    </message>
    <message>
        <source>{value}: sober</source>
        <translation>{value}：严谨</translation>
    </message>
    <message>
        <source>{value}: balanced</source>
        <translation>{value}：适中</translation>
    </message>
    <message>
        <source>{value}: playful</source>
        <translation>{value}：发散</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Form of the answer</source>
        <translation>回答的形式</translation>
    </message>
    <message>
        <source>Own temperature</source>
        <translation>单独设置温度</translation>
    </message>
    <message>
        <source>Own top-p</source>
        <translation>单独设置 Top-p</translation>
    </message>
    <message>
        <source>Name of the schema</source>
        <translation>模式的名称</translation>
    </message>
</context>
<context>
    <name>ApiRow</name>
    <message>
        <source>Address copied.</source>
        <translation>地址已复制。</translation>
    </message>
    <message>
        <source>Key copied. Whoever has it can use your assistants on this computer.</source>
        <translation>密钥已复制。拿到它的人可以在这台电脑上使用你的助手。</translation>
    </message>
    <message>
        <source>Served at {url}, for programs on this computer only</source>
        <translation>正在 {url} 提供服务，仅限本机程序使用</translation>
    </message>
    <message>
        <source>Not served now</source>
        <translation>当前没有提供服务</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Copy key</source>
        <translation>复制密钥</translation>
    </message>
</context>
<context>
    <name>AskBar</name>
    <message>
        <source>What the function returns</source>
        <translation>函数返回什么</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>允许</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>You answer: {call}</source>
        <translation>由你回答：{call}</translation>
    </message>
    <message>
        <source>May this run? {call}</source>
        <translation>允许运行吗？{call}</translation>
    </message>
</context>
<context>
    <name>AskCard</name>
    <message>
        <source>Sent as JSON</source>
        <translation>将作为 JSON 发送</translation>
    </message>
    <message>
        <source>Text or JSON; Ctrl+Enter sends it</source>
        <translation>文本或 JSON，按 Ctrl+Enter 发送</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>剩余不到 1 分钟</translation>
    </message>
    <message>
        <source>{count} min left</source>
        <translation>剩余 {count} 分钟</translation>
    </message>
    <message>
        <source>The assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>{name} wants to run this code</source>
        <translation>{name}想运行这段代码</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Don&apos;t run</source>
        <translation>不运行</translation>
    </message>
    <message>
        <source>{name} wants to call {function}</source>
        <translation>{name}想调用 {function}</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>允许</translation>
    </message>
    <message>
        <source>Don&apos;t allow</source>
        <translation>不允许</translation>
    </message>
    <message>
        <source>{name} called {function}. What does it return?</source>
        <translation>{name}调用了 {function}，结果是什么？</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Decline</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Arguments</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Always allow</source>
        <translation>始终允许</translation>
    </message>
    <message>
        <source>Allow in this chat</source>
        <translation>在本次对话中允许</translation>
    </message>
    <message>
        <source>What the function returns</source>
        <translation>函数的返回结果</translation>
    </message>
    <message>
        <source>Result of {function}</source>
        <translation>{function} 的结果</translation>
    </message>
    <message>
        <source>It runs in the jail, without the network.</source>
        <translation>代码在沙箱中运行，不能联网。</translation>
    </message>
    <message>
        <source>You are asked once per chat.</source>
        <translation>每个对话只询问一次。</translation>
    </message>
    <message>
        <source>Reads from {file}, changes nothing.</source>
        <translation>只读取 {file}，不作改动。</translation>
    </message>
    <message>
        <source>Runs your Python function in the jail.</source>
        <translation>在沙箱中运行你的 Python 函数。</translation>
    </message>
    <message>
        <source>Asks a program on this computer that you added.</source>
        <translation>调用你添加的本机程序。</translation>
    </message>
    <message>
        <source>Answers with a fixed text.</source>
        <translation>返回一段固定文本。</translation>
    </message>
</context>
<context>
    <name>AssistantCard</name>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>unsaved changes</source>
        <translation>有未保存的改动</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Chat with {name}</source>
        <translation>与{name}对话</translation>
    </message>
    <message>
        <source>Edit {name}</source>
        <translation>编辑{name}</translation>
    </message>
    <message>
        <source>More about {name}</source>
        <translation>{name} 的更多操作</translation>
    </message>
    <message>
        <source>runs Python</source>
        <translation>能运行 Python</translation>
    </message>
    <message>
        <source>searches files</source>
        <translation>能检索文件</translation>
    </message>
    <message>
        <source>{n} functions</source>
        <translation>{n} 个函数</translation>
    </message>
    <message>
        <source>1 function</source>
        <translation>1 个函数</translation>
    </message>
</context>
<context>
    <name>AssistantChip</name>
    <message>
        <source>Who answers: {name}</source>
        <translation>由{name}回答</translation>
    </message>
    <message>
        <source>Choose who answers</source>
        <translation>选择由谁回答</translation>
    </message>
</context>
<context>
    <name>AssistantsPage</name>
    <message>
        <source>{n} assistants were added.</source>
        <translation>已添加 {n} 位助手。</translation>
    </message>
    <message>
        <source>Import an assistant</source>
        <translation>导入助手</translation>
    </message>
    <message>
        <source>{name} was taken in.</source>
        <translation>已收入 {name}。</translation>
    </message>
    <message>
        <source>Export {name}</source>
        <translation>导出 {name}</translation>
    </message>
    <message>
        <source>Exported: {file}</source>
        <translation>已导出：{file}</translation>
    </message>
    <message>
        <source>{name} (copy)</source>
        <translation>{name}（副本）</translation>
    </message>
    <message>
        <source>Version {n} is back. What was there before is kept as a version.</source>
        <translation>已回到版本 {n}，刚才的内容另存为一个版本。</translation>
    </message>
    <message>
        <source>{name} will be deleted. Its chats stay.</source>
        <translation>即将删除{name}，它的对话会保留。</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制一份</translation>
    </message>
    <message>
        <source>Versions…</source>
        <translation>历史版本…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Assistants (*.fireside)</source>
        <translation>助手 (*.fireside)</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Search</source>
        <translation>检索</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Take {name} off</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>Search in it</source>
        <translation>在其中检索</translation>
    </message>
    <message>
        <source>Work on it with code</source>
        <translation>用代码处理</translation>
    </message>
    <message>
        <source>Show it as a picture</source>
        <translation>作为图片显示</translation>
    </message>
</context>
<context>
    <name>BackupSection</name>
    <message>
        <source>Back up</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Backed up and checked: {name}, {size}</source>
        <translation>已备份并校验：{name}，{size}</translation>
    </message>
    <message>
        <source>Left out, because the disk damaged them: {count}</source>
        <translation>因磁盘损坏而未包含的文件：{count} 个</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Unpacking and checking… {done}</source>
        <translation>正在解包并校验……{done}</translation>
    </message>
    <message>
        <source>Backing up… {done}</source>
        <translation>正在备份……{done}</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Chats, assistants, files and settings in one file. Not in it: models, and the files of followed folders.</source>
        <translation>把对话、助手、文件和设置存成一个文件。不含模型，也不含所跟踪文件夹里的文件。</translation>
    </message>
    <message>
        <source>What is here now is moved aside into a folder of its own, not deleted.</source>
        <translation>现有数据会移到单独的文件夹，不会删除。</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>备份…</translation>
    </message>
    <message>
        <source>Choose a backup…</source>
        <translation>选择备份…</translation>
    </message>
    <message>
        <source>Restore and start anew</source>
        <translation>恢复并重新打开</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Answers that are being written are stopped. Restore only what you backed up yourself: a backup can bring programs along that assistants start.</source>
        <translation>正在生成的回答会停止。请只恢复自己做的备份：备份里可能带有助手会启动的程序。</translation>
    </message>
    <message>
        <source>Progress of the backup</source>
        <translation>备份进度</translation>
    </message>
    <message>
        <source>Backup of {made} · chats: {chats} · messages: {messages} · assistants: {assistants} · files: {files} · {size}</source>
        <translation>{made} 的备份 · 对话 {chats} · 消息 {messages} · 助手 {assistants} · 文件 {files} · {size}</translation>
    </message>
</context>
<context>
    <name>BinPage</name>
    <message>
        <source>Restored.</source>
        <translation>已恢复。</translation>
    </message>
    <message>
        <source>Deleted for ever.</source>
        <translation>已彻底删除。</translation>
    </message>
    <message>
        <source>The bin is empty.</source>
        <translation>回收站已清空。</translation>
    </message>
    <message>
        <source>Chats and messages you delete stay here for {n} days. Then they are gone for ever.</source>
        <translation>删除的对话和消息在这里保留 {n} 天，之后彻底删除。</translation>
    </message>
    <message>
        <source>Bin</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Empty the bin</source>
        <translation>清空回收站</translation>
    </message>
    <message>
        <source>What you delete stays here for {n} days and can be restored until then.</source>
        <translation>删除的内容会在这里保留 {n} 天，期间随时可以恢复。</translation>
    </message>
    <message>
        <source>The bin is empty</source>
        <translation>回收站是空的</translation>
    </message>
</context>
<context>
    <name>BinRow</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>deleted today</source>
        <translation>今天删除</translation>
    </message>
    <message>
        <source>deleted {n} days ago</source>
        <translation>{n} 天前删除</translation>
    </message>
    <message>
        <source>stays {n} more days</source>
        <translation>再保留 {n} 天</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Restore “{text}”</source>
        <translation>恢复“{text}”</translation>
    </message>
    <message>
        <source>Delete for ever</source>
        <translation>彻底删除</translation>
    </message>
</context>
<context>
    <name>BranchSwitch</name>
    <message>
        <source>Earlier version</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <source>Later version</source>
        <translation>下一个版本</translation>
    </message>
    <message>
        <source>Version {number} of {count}</source>
        <translation>第 {number} 个版本，共 {count} 个</translation>
    </message>
</context>
<context>
    <name>BuilderPage</name>
    <message>
        <source>{name} was saved.</source>
        <translation>已保存 {name}。</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>The changes were dropped.</source>
        <translation>已放弃改动。</translation>
    </message>
    <message>
        <source>New assistant</source>
        <translation>新建助手</translation>
    </message>
    <message>
        <source>not saved yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>Back to all assistants</source>
        <translation>返回全部助手</translation>
    </message>
    <message>
        <source>Drop the changes</source>
        <translation>放弃改动</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>显示或隐藏预览</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>对话创建</translation>
    </message>
    <message>
        <source>Configure</source>
        <translation>配置</translation>
    </message>
</context>
<context>
    <name>CallCard</name>
    <message>
        <source>waits for you</source>
        <translation>等你决定</translation>
    </message>
    <message>
        <source>Searched for: {query}</source>
        <translation>检索词：{query}</translation>
    </message>
</context>
<context>
    <name>Calls</name>
    <message>
        <source>Thinking…</source>
        <translation>思考中……</translation>
    </message>
    <message>
        <source>Thinking… {time}</source>
        <translation>思考中……{time}</translation>
    </message>
    <message>
        <source>Thought before answering</source>
        <translation>回答前想了想</translation>
    </message>
    <message>
        <source>Thought for {time}</source>
        <translation>思考了 {time}</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation>{minutes} 分 {seconds} 秒</translation>
    </message>
    <message>
        <source>Searching the files…</source>
        <translation>正在检索文件…</translation>
    </message>
    <message>
        <source>The search was stopped</source>
        <translation>检索已停止</translation>
    </message>
    <message>
        <source>The search was not allowed</source>
        <translation>检索未获允许</translation>
    </message>
    <message>
        <source>Searched the files · found nothing</source>
        <translation>检索了文件 · 没有找到</translation>
    </message>
    <message>
        <source>Searched 1 file</source>
        <translation>检索了 1 个文件</translation>
    </message>
    <message>
        <source>Searched {n} files</source>
        <translation>检索了 {n} 个文件</translation>
    </message>
    <message>
        <source>used 1 passage</source>
        <translation>采用 1 段</translation>
    </message>
    <message>
        <source>used {n} passages</source>
        <translation>采用 {n} 段</translation>
    </message>
    <message>
        <source>Working in Python…</source>
        <translation>正在用 Python 处理…</translation>
    </message>
    <message>
        <source>Python was stopped</source>
        <translation>Python 已停止</translation>
    </message>
    <message>
        <source>Python was not allowed to run</source>
        <translation>Python 未获允许运行</translation>
    </message>
    <message>
        <source>Python ended with an error</source>
        <translation>Python 出错</translation>
    </message>
    <message>
        <source>Ran Python</source>
        <translation>运行了 Python</translation>
    </message>
    <message>
        <source>1 line</source>
        <translation>1 行</translation>
    </message>
    <message>
        <source>{n} lines</source>
        <translation>{n} 行</translation>
    </message>
    <message>
        <source>1 image</source>
        <translation>1 张图</translation>
    </message>
    <message>
        <source>{n} images</source>
        <translation>{n} 张图</translation>
    </message>
    <message>
        <source>Calling {name}…</source>
        <translation>正在调用 {name}…</translation>
    </message>
    <message>
        <source>{name} was not answered</source>
        <translation>{name} 没有得到结果</translation>
    </message>
    <message>
        <source>{name} was not allowed</source>
        <translation>{name} 未获允许</translation>
    </message>
    <message>
        <source>{name} reported an error</source>
        <translation>{name} 返回了错误</translation>
    </message>
    <message>
        <source>Called {name}</source>
        <translation>调用了 {name}</translation>
    </message>
</context>
<context>
    <name>CardHead</name>
    <message>
        <source>Opened</source>
        <translation>已展开</translation>
    </message>
    <message>
        <source>Folded</source>
        <translation>已收起</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>Answer copied.</source>
        <translation>回答已复制。</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>Manage assistants…</source>
        <translation>管理助手……</translation>
    </message>
    <message>
        <source>The message is in the bin.</source>
        <translation>消息已移到回收站。</translation>
    </message>
    <message>
        <source>Not sent.</source>
        <translation>这条消息不发送了。</translation>
    </message>
    <message>
        <source>Link copied: {address}</source>
        <translation>链接已复制：{address}</translation>
    </message>
    <message>
        <source>Choose a model to begin</source>
        <translation>先选一个模型</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
</context>
<context>
    <name>Chips</name>
    <message>
        <source>p. {n}</source>
        <translation>第 {n} 页</translation>
    </message>
    <message>
        <source>A file that is gone</source>
        <translation>文件已不在</translation>
    </message>
    <message>
        <source>Source {n}: {file} {place}</source>
        <translation>出处 {n}：{file} {place}</translation>
    </message>
    <message>
        <source>No source in the files</source>
        <translation>文件中没有依据</translation>
    </message>
    <message>
        <source>1 sentence without a source</source>
        <translation>1 句没有依据</translation>
    </message>
    <message>
        <source>{n} sentences without a source</source>
        <translation>{n} 句没有依据</translation>
    </message>
    <message>
        <source>No passage that was found says this. It may still be true.</source>
        <translation>找到的段落里都没有这么说；它仍可能是对的。</translation>
    </message>
    <message>
        <source>File {name} {size}</source>
        <translation>文件 {name} {size}</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>复制代码</translation>
    </message>
    <message>
        <source>Code block</source>
        <translation>代码块</translation>
    </message>
    <message>
        <source>Scroll the code sideways</source>
        <translation>左右滚动代码</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>What do you want to do?</source>
        <translation>想做什么？</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令列表</translation>
    </message>
    <message>
        <source>Nothing has this name.</source>
        <translation>没有叫这个名字的命令或对话。</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Files to search in…</source>
        <translation>用于检索的文件…</translation>
    </message>
    <message>
        <source>Files to work on with code…</source>
        <translation>用代码处理的文件…</translation>
    </message>
    <message>
        <source>Pictures…</source>
        <translation>图片…</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>添加附件</translation>
    </message>
    <message>
        <source>Fireside</source>
        <translation>炉边</translation>
    </message>
    <message>
        <source>Message {name}…</source>
        <translation>写给{name}……</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>A new message waits until this answer is done</source>
        <translation>新消息会等这条回答结束后再发送</translation>
    </message>
    <message>
        <source>Enter to send · Shift+Enter for a new line</source>
        <translation>Enter 发送，Shift+Enter 换行</translation>
    </message>
</context>
<context>
    <name>ConfigureForm</name>
    <message>
        <source>New function</source>
        <translation>新建函数</translation>
    </message>
    <message>
        <source>The function {name} is not complete: look at the red lines.</source>
        <translation>函数 {name} 还不完整，请看标红的地方。</translation>
    </message>
    <message>
        <source>The schema of the answer has mistakes: look at the red lines.</source>
        <translation>回答的模式有错误，请看标红的地方。</translation>
    </message>
    <message>
        <source>Give the assistant a name first.</source>
        <translation>先给助手起个名字。</translation>
    </message>
    <message>
        <source>Tools and knowledge</source>
        <translation>工具与知识</translation>
    </message>
    <message>
        <source>Functions</source>
        <translation>函数</translation>
    </message>
    <message>
        <source>Model and answers</source>
        <translation>模型与回答</translation>
    </message>
</context>
<context>
    <name>ContextBar</name>
    <message>
        <source>about {tokens}</source>
        <translation>约 {tokens}</translation>
    </message>
    <message>
        <source>{tokens}: too long</source>
        <translation>{tokens}，太长了</translation>
    </message>
    <message>
        <source>{tokens} · {n} oldest left out</source>
        <translation>{tokens} · 最早的 {n} 条读不到</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Earlier messages</source>
        <translation>之前的消息</translation>
    </message>
    <message>
        <source>This message</source>
        <translation>这条消息</translation>
    </message>
    <message>
        <source>Files, when searched</source>
        <translation>检索文件时</translation>
    </message>
    <message>
        <source>Kept free for the answer</source>
        <translation>为回答预留</translation>
    </message>
    <message>
        <source>Context of the model</source>
        <translation>模型的上下文</translation>
    </message>
    <message>
        <source>Guessed: the model is not loaded, or is at work</source>
        <translation>估算值：模型尚未载入或正在工作</translation>
    </message>
    <message>
        <source>Shorten the message, or choose a longer context in the settings</source>
        <translation>请缩短消息，或在设置中加长上下文</translation>
    </message>
    <message>
        <source>The oldest messages stay in the chat, but the model does not read them</source>
        <translation>最早的消息仍在对话里，只是模型不再读到</translation>
    </message>
    <message>
        <source>Context: {words}</source>
        <translation>上下文：{words}</translation>
    </message>
    <message>
        <source>What the model will read, in tokens</source>
        <translation>模型将要读的内容，以词元计</translation>
    </message>
</context>
<context>
    <name>CreateTab</name>
    <message>
        <source>Writing: {field}</source>
        <translation>正在写：{field}</translation>
    </message>
    <message>
        <source>The form is filled in. What should be different?</source>
        <translation>表单填好了，还想改哪里？</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Changed: {fields}</source>
        <translation>改动：{fields}</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Thinking about it…</source>
        <translation>正在构思…</translation>
    </message>
    <message>
        <source>name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>description</source>
        <translation>一句话介绍</translation>
    </message>
    <message>
        <source>instructions</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>conversation starters</source>
        <translation>开场白</translation>
    </message>
    <message>
        <source>tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>What should the assistant do? Say it in a sentence or two; the form fills in while you watch.</source>
        <translation>想要一位什么样的助手？用一两句话说说看，表单会当着你的面填好。</translation>
    </message>
    <message>
        <source>An assistant that plans meals for a family of four</source>
        <translation>帮一家四口安排三餐的助手</translation>
    </message>
    <message>
        <source>A strict editor for my English emails</source>
        <translation>替我严格修改英文邮件的编辑</translation>
    </message>
    <message>
        <source>Somebody who explains contracts in plain words</source>
        <translation>用大白话讲解合同的人</translation>
    </message>
    <message>
        <source>the builder</source>
        <translation>构建助手</translation>
    </message>
</context>
<context>
    <name>DetailsPanel</name>
    <message>
        <source>Copied.</source>
        <translation>已复制。</translation>
    </message>
    <message>
        <source>Prompt copied.</source>
        <translation>提示全文已复制。</translation>
    </message>
    <message>
        <source>Python copied. Switch the local API on to run it.</source>
        <translation>Python 代码已复制，开启本地 API 后即可运行。</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Thread</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Next run</source>
        <translation>下一次运行</translation>
    </message>
    <message>
        <source>Close details</source>
        <translation>关闭详情</translation>
    </message>
</context>
<context>
    <name>Difference</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Picture and colour</source>
        <translation>头像与颜色</translation>
    </message>
    <message>
        <source>In one sentence</source>
        <translation>一句话介绍</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>Conversation starters</source>
        <translation>对话开场白</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Form of the answer</source>
        <translation>回答的形式</translation>
    </message>
    <message>
        <source>Tools and functions</source>
        <translation>工具与函数</translation>
    </message>
    <message>
        <source>What answers functions</source>
        <translation>函数由谁回答</translation>
    </message>
    <message>
        <source>Files and knowledge</source>
        <translation>文件与知识</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
</context>
<context>
    <name>DiscussionsPage</name>
    <message>
        <source>Discussions are on their way</source>
        <translation>讨论功能即将到来</translation>
    </message>
    <message>
        <source>Here several assistants will take turns on one question: six hats, a debate, a review, with minutes at the end. Until then, any chat can change who answers next by the name at its top.</source>
        <translation>几位助手将在这里围绕同一个问题轮流发言：六顶思考帽、辩论、评审，最后整理成纪要。在此之前，点击对话顶部的名字，就能换一位助手来回答。</translation>
    </message>
    <message>
        <source>See the assistants</source>
        <translation>看看助手</translation>
    </message>
    <message>
        <source>Discussions</source>
        <translation>讨论</translation>
    </message>
</context>
<context>
    <name>EditingNote</name>
    <message>
        <source>You are editing an earlier message. What followed it is kept as another version.</source>
        <translation>正在修改之前的消息。原来的后续内容会保留为另一个版本。</translation>
    </message>
    <message>
        <source>Do not edit</source>
        <translation>不修改了</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Open settings</source>
        <translation>打开设置</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Choose another file</source>
        <translation>换一个文件</translation>
    </message>
    <message>
        <source>Something went wrong.</source>
        <translation>出了点问题。</translation>
    </message>
    <message>
        <source>Something went wrong inside Fireside. The log has the details.</source>
        <translation>炉边内部出错，详情见日志。</translation>
    </message>
    <message>
        <source>Fireside could not do this as it was asked.</source>
        <translation>这个请求无法执行。</translation>
    </message>
    <message>
        <source>This is not here any more. It may have been deleted meanwhile.</source>
        <translation>内容已不存在，可能刚被删除。</translation>
    </message>
    <message>
        <source>An answer is still being written in this chat. Wait for it, or stop it.</source>
        <translation>这个对话还在回答中，请等它结束或先停止。</translation>
    </message>
    <message>
        <source>The API key is missing or wrong.</source>
        <translation>缺少 API 密钥，或密钥不正确。</translation>
    </message>
    <message>
        <source>There is nothing to send yet.</source>
        <translation>还没有写任何内容。</translation>
    </message>
    <message>
        <source>The text holds characters that cannot be stored.</source>
        <translation>文字中含有无法保存的字符。</translation>
    </message>
    <message>
        <source>The text is too long for one message. Send it in parts.</source>
        <translation>单条消息放不下这么长的文字，请分几次发送。</translation>
    </message>
    <message>
        <source>This setting does not exist.</source>
        <translation>没有这项设置。</translation>
    </message>
    <message>
        <source>This value is not allowed here.</source>
        <translation>这里不能填这个值。</translation>
    </message>
    <message>
        <source>The model cannot take this conversation as it stands.</source>
        <translation>模型无法处理当前这段对话。</translation>
    </message>
    <message>
        <source>The assistant&apos;s answer format cannot be used to guide a model.</source>
        <translation>助手设定的回答格式无法用于约束模型。</translation>
    </message>
    <message>
        <source>This file is not a backup of Fireside, or is damaged. Nothing was changed.</source>
        <translation>这不是炉边的备份，或文件已损坏。没有做任何改动。</translation>
    </message>
    <message>
        <source>There is no signature beside this file. Copy the installer together with its file .signed.</source>
        <translation>这个文件旁边没有签名。请把安装程序和它的 .signed 文件一起复制过来。</translation>
    </message>
    <message>
        <source>This file is not signed by the makers of Fireside, or it is damaged. Nothing was started.</source>
        <translation>这个文件没有炉边作者的签名，或者已损坏。没有启动任何程序。</translation>
    </message>
    <message>
        <source>This installer is damaged, not whole, or not the one that was signed. Get it again.</source>
        <translation>这个安装程序已损坏、不完整，或者不是签过名的那一个。请重新获取。</translation>
    </message>
    <message>
        <source>This version, or a newer one, is installed already.</source>
        <translation>已经安装了这个版本或更新的版本。</translation>
    </message>
    <message>
        <source>This installer is for another kind of computer.</source>
        <translation>这个安装程序是给另一种电脑用的。</translation>
    </message>
    <message>
        <source>This build of Fireside cannot check updates. Install by hand.</source>
        <translation>这个版本的炉边无法检查更新，请手动安装。</translation>
    </message>
    <message>
        <source>This backup was made by a newer Fireside. Install the newest one, then restore.</source>
        <translation>这个备份由更新版本的炉边制作。请先安装最新版本再恢复。</translation>
    </message>
    <message>
        <source>The restored data could not be put in place. Nothing was deleted; try again.</source>
        <translation>恢复的数据未能就位。没有删除任何内容，请重试。</translation>
    </message>
    <message>
        <source>This is not an assistant that can be taken in: the file is damaged, or something else.</source>
        <translation>这不是可以导入的助手：文件已损坏，或者根本是别的文件。</translation>
    </message>
    <message>
        <source>The file changed since it was opened. Open it again.</source>
        <translation>文件在打开之后变了，请重新打开。</translation>
    </message>
    <message>
        <source>These are too many files for one assistant file.</source>
        <translation>文件太多，装不进一个助手文件。</translation>
    </message>
    <message>
        <source>The answer has already ended.</source>
        <translation>回答已经结束。</translation>
    </message>
    <message>
        <source>The assistant does not wait for a result any more.</source>
        <translation>助手已不再等待结果。</translation>
    </message>
    <message>
        <source>The results do not match what the assistant asked for.</source>
        <translation>提交的结果与助手的请求对不上。</translation>
    </message>
    <message>
        <source>The message is longer than the model can read at once. Shorten it, or start anew.</source>
        <translation>消息超出了模型一次能读的长度，请缩短或另开新对话。</translation>
    </message>
    <message>
        <source>This cannot be done right now.</source>
        <translation>暂时无法完成。</translation>
    </message>
    <message>
        <source>There is no model on this computer yet. Choose one to begin.</source>
        <translation>这台电脑上还没有模型，请先选一个。</translation>
    </message>
    <message>
        <source>The model is not on this computer any more. Choose another one.</source>
        <translation>这个模型已不在本机，请换一个。</translation>
    </message>
    <message>
        <source>The file of this model is damaged. Choose another one.</source>
        <translation>这个模型的文件已损坏，请换一个。</translation>
    </message>
    <message>
        <source>The answer took longer than the settings allow.</source>
        <translation>回答用时超过了设置的上限。</translation>
    </message>
    <message>
        <source>The model could not be loaded: its file is damaged or memory is short.</source>
        <translation>模型加载失败：文件损坏或内存不足。</translation>
    </message>
    <message>
        <source>Fireside is already open with this folder. Go to that window, or close it.</source>
        <translation>炉边已经用这个文件夹打开了，请切换到那个窗口，或先关闭它。</translation>
    </message>
    <message>
        <source>This folder was written by a newer Fireside. Install that version; nothing here was changed.</source>
        <translation>这个文件夹由更新版本的炉边写入，请安装新版本。这里的数据没有任何改动。</translation>
    </message>
    <message>
        <source>Your data could not be brought to this version. It was left as it was.</source>
        <translation>数据无法升级到当前版本，已保持原样。</translation>
    </message>
    <message>
        <source>The disk is full. Make some room, then try again.</source>
        <translation>磁盘已满，请腾出空间后重试。</translation>
    </message>
    <message>
        <source>Writing to the disk failed. Check the disk and the folder.</source>
        <translation>写入磁盘失败，请检查磁盘和文件夹。</translation>
    </message>
    <message>
        <source>The database is damaged. A backup lies beside it.</source>
        <translation>数据库已损坏，旁边有备份。</translation>
    </message>
    <message>
        <source>Another program holds the database.</source>
        <translation>数据库正被其他程序占用。</translation>
    </message>
    <message>
        <source>Fireside may not write to its folder.</source>
        <translation>炉边没有权限写入自己的文件夹。</translation>
    </message>
    <message>
        <source>Fireside was closed while this answer was being written.</source>
        <translation>回答写到一半时炉边被关闭了。</translation>
    </message>
    <message>
        <source>Fireside is being closed.</source>
        <translation>炉边正在关闭。</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>Stopped. The model&apos;s process had to be ended.</source>
        <translation>已停止，模型进程被强制结束。</translation>
    </message>
    <message>
        <source>Another program uses this port. Choose another one.</source>
        <translation>端口已被其他程序占用，请换一个。</translation>
    </message>
    <message>
        <source>The local API could not start.</source>
        <translation>本地 API 启动失败。</translation>
    </message>
    <message>
        <source>The model&apos;s process failed. What it wrote is kept.</source>
        <translation>模型进程出错，已写出的内容都保留着。</translation>
    </message>
    <message>
        <source>The model&apos;s process ended unexpectedly. What it wrote is kept.</source>
        <translation>模型进程意外退出，已写出的内容都保留着。</translation>
    </message>
    <message>
        <source>The model&apos;s process stopped answering and was ended.</source>
        <translation>模型进程没有响应，已被结束。</translation>
    </message>
    <message>
        <source>The model&apos;s process sent something unreadable and was ended.</source>
        <translation>模型进程发来无法识别的数据，已被结束。</translation>
    </message>
    <message>
        <source>The model&apos;s process ran into an error.</source>
        <translation>模型进程遇到错误。</translation>
    </message>
    <message>
        <source>The model&apos;s process was stopped.</source>
        <translation>模型进程已停止。</translation>
    </message>
    <message>
        <source>The model crashed. It is loaded again with the next message.</source>
        <translation>模型崩溃了，下一条消息会重新加载它。</translation>
    </message>
    <message>
        <source>The model could not work out the next words.</source>
        <translation>模型没能算出后面的内容。</translation>
    </message>
    <message>
        <source>The model&apos;s process could not be reached.</source>
        <translation>无法联系到模型进程。</translation>
    </message>
    <message>
        <source>The model&apos;s process keeps failing. Another model may work.</source>
        <translation>模型进程反复出错，可以试试别的模型。</translation>
    </message>
    <message>
        <source>The model&apos;s process could not be started.</source>
        <translation>模型进程无法启动。</translation>
    </message>
    <message>
        <source>A part of Fireside does not fit the rest. Install it again.</source>
        <translation>炉边的组件版本不一致，请重新安装。</translation>
    </message>
    <message>
        <source>This is too much at once.</source>
        <translation>一次的内容太多了。</translation>
    </message>
    <message>
        <source>The demonstration has no more answers.</source>
        <translation>演示的回答已经用完。</translation>
    </message>
    <message>
        <source>The answer could not be written.</source>
        <translation>没能写出回答。</translation>
    </message>
    <message>
        <source>Too many answers at once. Wait a little.</source>
        <translation>同时进行的回答太多，请稍候。</translation>
    </message>
    <message>
        <source>The file could not be written. Check the disk.</source>
        <translation>文件无法写入，请检查磁盘。</translation>
    </message>
    <message>
        <source>The content of this file is missing on the disk.</source>
        <translation>磁盘上缺少这个文件的内容。</translation>
    </message>
    <message>
        <source>The file is too large.</source>
        <translation>文件太大。</translation>
    </message>
    <message>
        <source>The file cannot be read. Check where it is.</source>
        <translation>文件无法读取，请检查它的位置。</translation>
    </message>
    <message>
        <source>There is no text in this kind of file to search in.</source>
        <translation>这种文件里没有可供检索的文字。</translation>
    </message>
    <message>
        <source>A message takes up to 20 files. Send others with the next.</source>
        <translation>一条消息最多带 20 个文件，其余的请放到下一条。</translation>
    </message>
    <message>
        <source>There is no collection of that name.</source>
        <translation>没有叫这个名字的知识库。</translation>
    </message>
    <message>
        <source>The text of this file is not known here. Add it to the knowledge again, or open it elsewhere.</source>
        <translation>这里没有这个文件的文字内容。请重新把它加入知识库，或用其他程序打开。</translation>
    </message>
    <message>
        <source>Several collections have that name. Choose one by its id.</source>
        <translation>有多个知识库叫这个名字，请用 ID 选择。</translation>
    </message>
    <message>
        <source>This folder cannot be followed: it is too large a place, or lies in another that is.</source>
        <translation>无法跟随这个文件夹：范围太大，或与已跟随的文件夹重叠。</translation>
    </message>
    <message>
        <source>This collection of files has expired.</source>
        <translation>这个文件集合已过期。</translation>
    </message>
    <message>
        <source>Code cannot be run safely on this computer.</source>
        <translation>这台电脑上无法安全地运行代码。</translation>
    </message>
    <message>
        <source>The code interpreter could not be started.</source>
        <translation>代码解释器无法启动。</translation>
    </message>
    <message>
        <source>The code interpreter did not get ready in time.</source>
        <translation>代码解释器没能及时就绪。</translation>
    </message>
    <message>
        <source>The code interpreter could not be walled in, so it stays off.</source>
        <translation>代码解释器无法隔离，因此保持关闭。</translation>
    </message>
    <message>
        <source>A tool server cannot be used. Check its command.</source>
        <translation>工具服务器无法使用，请检查它的命令。</translation>
    </message>
    <message>
        <source>Something is wrong with this model.</source>
        <translation>这个模型有问题。</translation>
    </message>
    <message>
        <source>No model has this name.</source>
        <translation>没有叫这个名字的模型。</translation>
    </message>
    <message>
        <source>This file is not a model.</source>
        <translation>这个文件不是模型。</translation>
    </message>
    <message>
        <source>This model file is damaged.</source>
        <translation>这个模型文件已损坏。</translation>
    </message>
    <message>
        <source>This model file is not complete: its download or copy broke off.</source>
        <translation>这个模型文件不完整，下载或复制曾中断。</translation>
    </message>
    <message>
        <source>This model is split into several files. Join them first.</source>
        <translation>这个模型被拆成了几个文件，请先合并。</translation>
    </message>
    <message>
        <source>This model was made for another kind of processor.</source>
        <translation>这个模型是为另一种处理器制作的。</translation>
    </message>
    <message>
        <source>This model&apos;s file format is too old to be read.</source>
        <translation>这个模型的文件格式太旧，无法读取。</translation>
    </message>
    <message>
        <source>This model needs a newer Fireside.</source>
        <translation>这个模型需要更新版本的炉边。</translation>
    </message>
    <message>
        <source>This file makes impossible claims about itself and was not opened.</source>
        <translation>这个文件的自述不可信，没有打开。</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>文件无法读取。</translation>
    </message>
    <message>
        <source>This model could run code of its own. Choose one in safetensors form.</source>
        <translation>这个模型可能会执行自带代码，请换用 safetensors 格式的版本。</translation>
    </message>
    <message>
        <source>Files of the model are missing in this folder.</source>
        <translation>这个文件夹里缺少模型的部分文件。</translation>
    </message>
    <message>
        <source>This folder holds no model that Fireside can use.</source>
        <translation>这个文件夹里没有炉边能用的模型。</translation>
    </message>
    <message>
        <source>The model could not be copied into the folder of models.</source>
        <translation>模型没能复制到模型文件夹。</translation>
    </message>
    <message>
        <source>The list of models is damaged. Install Fireside again.</source>
        <translation>模型目录已损坏，请重新安装炉边。</translation>
    </message>
    <message>
        <source>The model is in use. Unload it, then try again.</source>
        <translation>模型正在使用，请先从内存卸载再试。</translation>
    </message>
    <message>
        <source>This model came with Fireside and stays where Fireside is installed.</source>
        <translation>这个模型随 Fireside 一起提供，保存在安装位置，不能在这里删除。</translation>
    </message>
    <message>
        <source>The download failed. It can go on where it stopped.</source>
        <translation>下载失败，可以从中断处继续。</translation>
    </message>
    <message>
        <source>Downloads are switched off in the settings under Privacy.</source>
        <translation>设置的“隐私”中已关闭下载。</translation>
    </message>
    <message>
        <source>The source does not answer. Check the connection; what has arrived is kept.</source>
        <translation>下载源没有响应，请检查网络。已下载的部分都保留着。</translation>
    </message>
    <message>
        <source>The source does not give this file.</source>
        <translation>下载源拒绝提供这个文件。</translation>
    </message>
    <message>
        <source>The source answered with something other than a model.</source>
        <translation>下载源返回的不是模型。</translation>
    </message>
    <message>
        <source>The source does not have this file any more.</source>
        <translation>下载源已经没有这个文件。</translation>
    </message>
    <message>
        <source>The source wants its licence accepted first. Choose another model.</source>
        <translation>下载源要求先同意许可，请换一个模型。</translation>
    </message>
    <message>
        <source>No package index is set. Name one in the settings.</source>
        <translation>没有设置软件包索引，请在设置中填写。</translation>
    </message>
    <message>
        <source>What arrived is not what was published, and was thrown away.</source>
        <translation>收到的内容与发布的不一致，已丢弃。</translation>
    </message>
    <message>
        <source>The file that arrived has the wrong size, and was thrown away.</source>
        <translation>收到的文件大小不对，已丢弃。</translation>
    </message>
    <message>
        <source>The folder of models cannot be written. Check the disk.</source>
        <translation>模型文件夹无法写入，请检查磁盘。</translation>
    </message>
    <message>
        <source>Another program is fetching this model into the same folder.</source>
        <translation>另一个程序正在把这个模型下载到同一文件夹。</translation>
    </message>
    <message>
        <source>This model cannot be had from this source.</source>
        <translation>这个下载源没有这个模型。</translation>
    </message>
    <message>
        <source>The source offers a file of another size than expected.</source>
        <translation>下载源提供的文件大小与预期不符。</translation>
    </message>
    <message>
        <source>The source gives no checksum, so what it sends could not be checked.</source>
        <translation>下载源没有提供校验值，内容无法核对。</translation>
    </message>
    <message>
        <source>The source now has another file under this name. Choose another model.</source>
        <translation>下载源上的同名文件已经更换，请换一个模型。</translation>
    </message>
    <message>
        <source>The archive is not what a model&apos;s archive looks like. Nothing of it was kept.</source>
        <translation>压缩包不像模型的压缩包，没有保留任何内容。</translation>
    </message>
    <message>
        <source>{message}</source>
        <translation>{message}</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>Save the chat</source>
        <translation>保存对话</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>已存为 {name}。</translation>
    </message>
    <message>
        <source>You</source>
        <translation>我</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
</context>
<context>
    <name>FileList</name>
    <message>
        <source>All {n}</source>
        <translation>全部 {n}</translation>
    </message>
    <message>
        <source>Waiting {n}</source>
        <translation>等待 {n}</translation>
    </message>
    <message>
        <source>Failed {n}</source>
        <translation>失败 {n}</translation>
    </message>
    <message>
        <source>Show {n} more</source>
        <translation>再显示 {n} 个</translation>
    </message>
</context>
<context>
    <name>FileRow</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Try {name} again</source>
        <translation>重新读取 {name}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>Given up before it was read</source>
        <translation>尚未读取就已放弃</translation>
    </message>
    <message>
        <source>Learning its meaning: {done} of {total} passages</source>
        <translation>正在理解语义：{done}/{total} 段</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取……</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待读取</translation>
    </message>
</context>
<context>
    <name>FirstStartPage</name>
    <message>
        <source>Explore while it downloads</source>
        <translation>先四处看看，让它下载</translation>
    </message>
    <message>
        <source>Skip for now</source>
        <translation>暂时跳过</translation>
    </message>
    <message>
        <source>Choose a folder for Fireside</source>
        <translation>选择炉边的文件夹</translation>
    </message>
    <message>
        <source>Choose a model file</source>
        <translation>选择模型文件</translation>
    </message>
    <message>
        <source>Models (*.gguf)</source>
        <translation>模型 (*.gguf)</translation>
    </message>
    <message>
        <source>Welcome to Fireside</source>
        <translation>欢迎来到炉边</translation>
    </message>
    <message>
        <source>Your own assistants, on your own computer. What you write is stored here and read by nobody else; after the model has been fetched no network is needed.</source>
        <translation>你自己的助手，就在你自己的电脑上。写下的一切只保存在这里，别人看不到；模型下载好之后，不再需要网络。</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Folder for chats and models</source>
        <translation>对话和模型的文件夹</translation>
    </message>
    <message>
        <source>A model to begin with</source>
        <translation>先选一个模型</translation>
    </message>
    <message>
        <source>A good start on this computer. You can switch to another one at any time.</source>
        <translation>适合从这台电脑开始用起，以后随时可以换。</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改……</translation>
    </message>
    <message>
        <source>I have a model file…</source>
        <translation>我已有模型文件……</translation>
    </message>
    <message>
        <source>Start chatting</source>
        <translation>开始对话</translation>
    </message>
    <message>
        <source>Another model</source>
        <translation>其他模型</translation>
    </message>
</context>
<context>
    <name>FolderRow</name>
    <message>
        <source>Look through {folder} now</source>
        <translation>立即检查 {folder}</translation>
    </message>
    <message>
        <source>Stop following {folder}</source>
        <translation>停止跟随 {folder}</translation>
    </message>
    <message>
        <source>Not there now: is its disk plugged in? What was read is kept.</source>
        <translation>现在找不到它，是不是没接上磁盘？已读取的内容会保留。</translation>
    </message>
    <message>
        <source>It may not be read. What was read before is kept.</source>
        <translation>没有读取权限。之前读取的内容会保留。</translation>
    </message>
    <message>
        <source>Looking through it…</source>
        <translation>正在检查……</translation>
    </message>
    <message>
        <source>In step</source>
        <translation>已同步</translation>
    </message>
    <message>
        <source>there are more files than can be followed</source>
        <translation>文件过多，只跟随其中一部分</translation>
    </message>
    <message>
        <source>{files} too large</source>
        <translation>{files}过大</translation>
    </message>
    <message>
        <source>{files} may not be read</source>
        <translation>{files}无读取权限</translation>
    </message>
</context>
<context>
    <name>FunctionCard</name>
    <message>
        <source>Choose a database</source>
        <translation>选择数据库</translation>
    </message>
    <message>
        <source>SQLite databases (*.db *.sqlite *.sqlite3);;All files (*)</source>
        <translation>SQLite 数据库 (*.db *.sqlite *.sqlite3);;所有文件 (*)</translation>
    </message>
    <message>
        <source>No file chosen yet</source>
        <translation>还没有选择文件</translation>
    </message>
    <message>
        <source>New function</source>
        <translation>新建函数</translation>
    </message>
    <message>
        <source>Fold {name}</source>
        <translation>收起 {name}</translation>
    </message>
    <message>
        <source>Open {name}</source>
        <translation>展开 {name}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>You answer; over the API, the program that calls</source>
        <translation>由你回答；经 API 调用时由对方程序回答</translation>
    </message>
    <message>
        <source>A database, opened read-only</source>
        <translation>数据库，只读打开</translation>
    </message>
    <message>
        <source>A piece of Python, run behind walls</source>
        <translation>一段 Python，隔离运行</translation>
    </message>
    <message>
        <source>Always the same text</source>
        <translation>固定的文字</translation>
    </message>
    <message>
        <source>A tool server: {name}</source>
        <translation>工具服务器：{name}</translation>
    </message>
    <message>
        <source>Ask me each time</source>
        <translation>每次先问我</translation>
    </message>
    <message>
        <source>Allowed for this assistant</source>
        <translation>对这位助手始终允许</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>What it is for, for the model to read</source>
        <translation>用途（写给模型看）</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Strict</source>
        <translation>严格</translation>
    </message>
    <message>
        <source>Answered by</source>
        <translation>由谁回答</translation>
    </message>
    <message>
        <source>Before it runs</source>
        <translation>运行之前</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Python code</source>
        <translation>Python 代码</translation>
    </message>
    <message>
        <source>The text</source>
        <translation>文字内容</translation>
    </message>
    <message>
        <source>What the function always returns</source>
        <translation>函数每次都返回的文字</translation>
    </message>
</context>
<context>
    <name>FunctionsPart</name>
    <message>
        <source>A function lets the model ask for something: a query, a calculation, an answer from you.</source>
        <translation>有了函数，模型就能开口要东西：查一次数据、算一个数，或者请你回答。</translation>
    </message>
    <message>
        <source>New function</source>
        <translation>新建函数</translation>
    </message>
    <message>
        <source>From a tool server…</source>
        <translation>来自工具服务器…</translation>
    </message>
</context>
<context>
    <name>Gallery</name>
    <message>
        <source>The default model</source>
        <translation>默认模型</translation>
    </message>
    <message>
        <source>Assistants</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>An assistant is a model with instructions of its own. Any chat can switch between them.</source>
        <translation>助手就是带有专属指令的模型，任何对话都可以随时换一位助手来回答。</translation>
    </message>
    <message>
        <source>New assistant</source>
        <translation>新建助手</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>A .fireside file; dropping it onto this page works too</source>
        <translation>选择 .fireside 文件，也可以直接拖到这个页面</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Ready to use, and yours to change.</source>
        <translation>拿来就能用，也可以随意修改。</translation>
    </message>
</context>
<context>
    <name>Gradings</name>
    <message>
        <source>One model is being graded already.</source>
        <translation>已经有一个模型在测评了。</translation>
    </message>
    <message>
        <source>{model}: {passed} of {total} calls are right.</source>
        <translation>{model}：{total} 题函数调用答对 {passed} 题。</translation>
    </message>
</context>
<context>
    <name>Greeting</name>
    <message>
        <source>Good morning. What shall we look at?</source>
        <translation>早上好，今天想聊点什么？</translation>
    </message>
    <message>
        <source>Good afternoon. What shall we look at?</source>
        <translation>下午好，想聊点什么？</translation>
    </message>
    <message>
        <source>Good evening. What shall we look at?</source>
        <translation>晚上好，坐下来聊聊？</translation>
    </message>
    <message>
        <source>One thing is missing: a model</source>
        <translation>还差一个模型</translation>
    </message>
    <message>
        <source>A model does the thinking. It is fetched once and then works without a network.</source>
        <translation>思考由模型完成，下载一次，之后断网也能用。</translation>
    </message>
    <message>
        <source>Everything you write stays on this computer.</source>
        <translation>你写下的一切都只留在这台电脑上。</translation>
    </message>
</context>
<context>
    <name>IdentityPart</name>
    <message>
        <source>{n} characters</source>
        <translation>{n} 字</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>In one sentence</source>
        <translation>一句话介绍</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>Conversation starters</source>
        <translation>对话开场白</translation>
    </message>
    <message>
        <source>Picture and colour</source>
        <translation>头像与颜色</translation>
    </message>
    <message>
        <source>What it is called</source>
        <translation>它叫什么</translation>
    </message>
    <message>
        <source>What it is good at, shown when a chat begins</source>
        <translation>它擅长什么，新对话开始时会显示</translation>
    </message>
    <message>
        <source>Who it is, how it answers, what it must not do</source>
        <translation>它是谁、怎么回答、不能做什么</translation>
    </message>
    <message>
        <source>A question people may begin with</source>
        <translation>可以用来开头的问题</translation>
    </message>
    <message>
        <source>Conversation starter {n}</source>
        <translation>第 {n} 条开场白</translation>
    </message>
</context>
<context>
    <name>ImportPage</name>
    <message>
        <source>Instructions</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>Functions</source>
        <translation>函数</translation>
    </message>
    <message>
        <source>Form of the answer</source>
        <translation>回答的形式</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>from {file}</source>
        <translation>来自 {file}</translation>
    </message>
    <message>
        <source>It writes Python and runs it behind walls.</source>
        <translation>编写 Python，并在隔离环境里运行。</translation>
    </message>
    <message>
        <source>It searches the files it is given.</source>
        <translation>检索交给它的文件。</translation>
    </message>
    <message>
        <source>It queries a database from this file, read-only, after asking you.</source>
        <translation>以只读方式查询文件里附带的数据库，每次先征得你同意。</translation>
    </message>
    <message>
        <source>It runs the Python below behind walls, after asking you.</source>
        <translation>在隔离环境里运行下面的 Python，每次先征得你同意。</translation>
    </message>
    <message>
        <source>It may ask you to answer a function.</source>
        <translation>可能会请你回答某个函数。</translation>
    </message>
    <message>
        <source>What it could do</source>
        <translation>它能做什么</translation>
    </message>
    <message>
        <source>It only talks: it has no tools.</source>
        <translation>只会说话，没有任何工具。</translation>
    </message>
    <message>
        <source>Nothing in it starts a program, opens a connection or reads other files of yours.</source>
        <translation>它不会启动程序，不会联网，也读不到你的其他文件。</translation>
    </message>
    <message>
        <source>It was made with the tool server “{name}”, which does not come along: you answer instead.</source>
        <translation>它原本用到工具服务器“{name}”，这个没有随文件带来，改由你回答。</translation>
    </message>
    <message>
        <source>Answered by the database {file}, {size}, opened read-only</source>
        <translation>由数据库 {file}（{size}）回答，只读打开</translation>
    </message>
    <message>
        <source>Answered by this Python</source>
        <translation>由这段 Python 回答</translation>
    </message>
    <message>
        <source>Always answers this text</source>
        <translation>总是回答这段文字</translation>
    </message>
    <message>
        <source>You answer</source>
        <translation>由你回答</translation>
    </message>
    <message>
        <source>Files for the code interpreter</source>
        <translation>给代码解释器的文件</translation>
    </message>
    <message>
        <source>Knowledge: {name}</source>
        <translation>知识库：{name}</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Import an assistant</source>
        <translation>导入助手</translation>
    </message>
    <message>
        <source>This is all the file holds. Nothing has been taken in yet; its functions will ask before they run.</source>
        <translation>文件里的全部内容都在这里。现在还没有收入任何东西；收入之后，函数每次运行前都会先问你。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Take it in</source>
        <translation>收下</translation>
    </message>
</context>
<context>
    <name>Knowledge</name>
    <message>
        <source>Untitled collection</source>
        <translation>未命名的知识库</translation>
    </message>
    <message>
        <source>no files yet</source>
        <translation>还没有文件</translation>
    </message>
    <message>
        <source>1 file</source>
        <translation>1 个文件</translation>
    </message>
    <message>
        <source>{n} files</source>
        <translation>{n} 个文件</translation>
    </message>
    <message>
        <source>1 passage</source>
        <translation>1 段</translation>
    </message>
    <message>
        <source>{n} passages</source>
        <translation>{n} 段</translation>
    </message>
    <message>
        <source>page {page}</source>
        <translation>第 {page} 页</translation>
    </message>
    <message>
        <source>pages {page}–{last}</source>
        <translation>第 {page}–{last} 页</translation>
    </message>
    <message>
        <source>line {line}</source>
        <translation>第 {line} 行</translation>
    </message>
    <message>
        <source>lines {line}–{last}</source>
        <translation>第 {line}–{last} 行</translation>
    </message>
    <message>
        <source>Found both ways: no. {words} by its words, no. {sense} by meaning.</source>
        <translation>两种方式都找到了它：按关键词排第 {words}，按语义排第 {sense}。</translation>
    </message>
    <message>
        <source>Found by its words (no. {words}); its meaning is further off.</source>
        <translation>按关键词找到（第 {words}），语义上离得较远。</translation>
    </message>
    <message>
        <source>Found by its meaning (no. {sense}); it says it in other words.</source>
        <translation>按语义找到（第 {sense}），原文用的是别的说法。</translation>
    </message>
    <message>
        <source>Close to the question as a whole.</source>
        <translation>整体上与问题相近。</translation>
    </message>
    <message>
        <source>Then read side by side with the question, which decided its place.</source>
        <translation>随后与问题逐句对读，名次由此而定。</translation>
    </message>
    <message>
        <source>{n} say the same again</source>
        <translation>另有 {n} 段内容重复</translation>
    </message>
    <message>
        <source>{n} answer too little</source>
        <translation>{n} 段相关度不足</translation>
    </message>
    <message>
        <source>{n} further down the list</source>
        <translation>{n} 段排在后面</translation>
    </message>
    <message>
        <source>{speed} passages/s</source>
        <translation>每秒 {speed} 段</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>还需 {time}</translation>
    </message>
</context>
<context>
    <name>KnowledgePage</name>
    <message>
        <source>Knowledge</source>
        <translation>知识库</translation>
    </message>
    <message>
        <source>New collection</source>
        <translation>新建知识库</translation>
    </message>
    <message>
        <source>{failed} of {count} files could not be added.</source>
        <translation>{count} 个文件中有 {failed} 个无法添加。</translation>
    </message>
    <message>
        <source>There is nothing in it that can be searched.</source>
        <translation>里面没有可以检索的内容。</translation>
    </message>
    <message>
        <source>All of it was here already.</source>
        <translation>这些内容都已在库中。</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>Add files</source>
        <translation>添加文件</translation>
    </message>
    <message>
        <source>Follow a folder</source>
        <translation>跟随文件夹</translation>
    </message>
    <message>
        <source>“{folder}” is not followed any more; its files leave the collection.</source>
        <translation>已停止跟随“{folder}”，其中的文件将移出知识库。</translation>
    </message>
    <message>
        <source>“{name}” was removed.</source>
        <translation>已移除“{name}”。</translation>
    </message>
    <message>
        <source>“{name}” was deleted.</source>
        <translation>已删除“{name}”。</translation>
    </message>
</context>
<context>
    <name>Logo</name>
    <message>
        <source>Fireside</source>
        <translation>炉边</translation>
    </message>
</context>
<context>
    <name>LookPicker</name>
    <message>
        <source>or a letter, a character, an emoji</source>
        <translation>或者一个字母、汉字、表情</translation>
    </message>
    <message>
        <source>A sign of your own</source>
        <translation>自定符号</translation>
    </message>
    <message>
        <source>Colour {n}</source>
        <translation>颜色 {n}</translation>
    </message>
</context>
<context>
    <name>Measures</name>
    <message>
        <source>{speed} tokens/s</source>
        <translation>{speed} 词元/秒</translation>
    </message>
    <message>
        <source>first token after {seconds} s</source>
        <translation>首字 {seconds} 秒</translation>
    </message>
    <message>
        <source>{read} read, {written} written</source>
        <translation>读入 {read}，写出 {written}</translation>
    </message>
    <message>
        <source>{cached} reused</source>
        <translation>复用 {cached}</translation>
    </message>
</context>
<context>
    <name>MessageActions</name>
    <message>
        <source>Copy message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Edit and ask again</source>
        <translation>修改后重新提问</translation>
    </message>
    <message>
        <source>Delete message</source>
        <translation>删除消息</translation>
    </message>
</context>
<context>
    <name>MessageItem</name>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>Copy selection</source>
        <translation>复制所选</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>复制链接</translation>
    </message>
    <message>
        <source>You said</source>
        <translation>你说</translation>
    </message>
    <message>
        <source>{name} said</source>
        <translation>{name}说</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Recommended here</source>
        <translation>适合本机</translation>
    </message>
    <message>
        <source>Starter</source>
        <translation>入门</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>In memory</source>
        <translation>已在内存</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>检索</translation>
    </message>
    <message>
        <source>Ranking</source>
        <translation>重排</translation>
    </message>
    <message>
        <source>{speed} tokens/s, measured</source>
        <translation>实测 {speed} 词元/秒</translation>
    </message>
    <message>
        <source>about {speed} tokens/s</source>
        <translation>约 {speed} 词元/秒</translation>
    </message>
    <message>
        <source>Function calls: {passed} of {total} right</source>
        <translation>函数调用：{total} 题对 {passed} 题</translation>
    </message>
    <message>
        <source>several at once: yes</source>
        <translation>能同时调用多个</translation>
    </message>
    <message>
        <source>several at once: no</source>
        <translation>不能同时调用多个</translation>
    </message>
    <message>
        <source>in Chinese: yes</source>
        <translation>中文可用</translation>
    </message>
    <message>
        <source>in Chinese: no</source>
        <translation>中文不行</translation>
    </message>
    <message>
        <source>Grading of {name}</source>
        <translation>{name} 的测评</translation>
    </message>
    <message>
        <source>Grading: case {done} of {total}</source>
        <translation>测评中：第 {done} 题，共 {total} 题</translation>
    </message>
    <message>
        <source>Download of {name}</source>
        <translation>{name} 的下载进度</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>Waiting for another download</source>
        <translation>等待其他下载完成</translation>
    </message>
    <message>
        <source>Checking what arrived…</source>
        <translation>正在校验……</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩余 {time}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>More about {name}</source>
        <translation>{name} 的更多操作</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>校验中……</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Make default</source>
        <translation>设为默认</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>下载 {size}</translation>
    </message>
    <message>
        <source>Unload from memory</source>
        <translation>从内存卸载</translation>
    </message>
    <message>
        <source>Load into memory</source>
        <translation>加载到内存</translation>
    </message>
    <message>
        <source>Check the file</source>
        <translation>校验文件</translation>
    </message>
    <message>
        <source>Grade its function calls · takes minutes</source>
        <translation>测评函数调用 · 需要几分钟</translation>
    </message>
    <message>
        <source>Remove · frees {size}</source>
        <translation>移除，释放 {size}</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>no graphics card for models</source>
        <translation>没有可用于模型的显卡</translation>
    </message>
    <message>
        <source>This computer: {memory} of memory, {cores} cores, {cards}</source>
        <translation>这台电脑：{memory} 内存，{cores} 个核心，{cards}</translation>
    </message>
    <message>
        <source>Import a model</source>
        <translation>导入模型</translation>
    </message>
    <message>
        <source>Models (*.gguf)</source>
        <translation>模型 (*.gguf)</translation>
    </message>
    <message>
        <source>Importing {name}…</source>
        <translation>正在导入 {name}……</translation>
    </message>
    <message>
        <source>{name} is ready to use.</source>
        <translation>{name} 可以使用了。</translation>
    </message>
    <message>
        <source>{name} will be removed.</source>
        <translation>即将移除 {name}。</translation>
    </message>
    <message>
        <source>Reading the whole file; this takes a while…</source>
        <translation>正在通读整个文件，需要一点时间……</translation>
    </message>
    <message>
        <source>The file is damaged. Remove the model and fetch it again.</source>
        <translation>文件已损坏，请移除后重新下载。</translation>
    </message>
    <message>
        <source>The file can be read; no published checksum is known to compare with.</source>
        <translation>文件可以读取，但没有公布的校验值可供比对。</translation>
    </message>
    <message>
        <source>The file is exactly what was published.</source>
        <translation>文件与发布的完全一致。</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>A model does the thinking. It is fetched once and then works without a network.</source>
        <translation>思考由模型完成，下载一次，之后断网也能用。</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>导入文件……</translation>
    </message>
    <message>
        <source>A GGUF file; dropping it onto this page works too</source>
        <translation>GGUF 文件，也可以直接拖到这个页面</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>在这台电脑上</translation>
    </message>
    <message>
        <source>For chatting</source>
        <translation>用于对话</translation>
    </message>
    <message>
        <source>For searching documents</source>
        <translation>用于检索文档</translation>
    </message>
</context>
<context>
    <name>NetworkNote</name>
    <message>
        <source>Online: downloading · {size} received</source>
        <translation>联网下载中 · 已接收 {size}</translation>
    </message>
    <message>
        <source>Offline · {size} of models downloaded</source>
        <translation>离线 · 本次下载模型 {size}</translation>
    </message>
    <message>
        <source>Offline · 0 bytes sent</source>
        <translation>离线 · 发出 0 字节</translation>
    </message>
    <message>
        <source>Fireside opens a connection only for downloads you start. What you write never leaves this computer.</source>
        <translation>炉边只在你要求下载时才联网。你写下的内容从不离开这台电脑。</translation>
    </message>
</context>
<context>
    <name>NextView</name>
    <message>
        <source>As the assistant</source>
        <translation>与助手一致</translation>
    </message>
    <message>
        <source>No tools</source>
        <translation>不用工具</translation>
    </message>
    <message>
        <source>A tool must be used</source>
        <translation>必须用工具</translation>
    </message>
    <message>
        <source>As in the settings</source>
        <translation>与设置一致</translation>
    </message>
    <message>
        <source>For the next messages of this chat, until Fireside is closed.</source>
        <translation>用于本对话接下来的消息，关闭炉边后失效。</translation>
    </message>
    <message>
        <source>Model and sampling</source>
        <translation>模型与采样</translation>
    </message>
    <message>
        <source>More instructions</source>
        <translation>附加指令</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Answer as</source>
        <translation>回答格式</translation>
    </message>
    <message>
        <source>Added after the assistant&apos;s own</source>
        <translation>附在助手自身指令之后</translation>
    </message>
    <message>
        <source>Give everything back to the assistant</source>
        <translation>全部恢复为助手的设置</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>The answer is there</source>
        <translation>回答好了</translation>
    </message>
    <message>
        <source>The answer failed</source>
        <translation>回答失败</translation>
    </message>
    <message>
        <source>Your leave is asked for</source>
        <translation>需要你的许可</translation>
    </message>
    <message>
        <source>The model is downloaded</source>
        <translation>模型下载完成</translation>
    </message>
    <message>
        <source>The download stopped</source>
        <translation>下载中断</translation>
    </message>
    <message>
        <source>The files are read</source>
        <translation>文件已读完</translation>
    </message>
    <message>
        <source>{name} · not read: {count}</source>
        <translation>{name} · 未读取 {count} 个</translation>
    </message>
</context>
<context>
    <name>OpeningPage</name>
    <message>
        <source>Opening…</source>
        <translation>正在打开……</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Restored. What was here before lies in {folder}.</source>
        <translation>已恢复。原有数据在 {folder}。</translation>
    </message>
    <message>
        <source>“{title}” is in the bin.</source>
        <translation>“{title}”已移到回收站。</translation>
    </message>
    <message>
        <source>Fireside</source>
        <translation>炉边</translation>
    </message>
    <message>
        <source>You are a helpful assistant. Answer clearly and briefly.</source>
        <translation>你是一位乐于助人的助手。请清楚、简洁地回答。</translation>
    </message>
</context>
<context>
    <name>PassageCard</name>
    <message>
        <source>Show all of it</source>
        <translation>显示全文</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>关键词</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>语义</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>融合</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>重排</translation>
    </message>
</context>
<context>
    <name>Passages</name>
    <message>
        <source>No passage answers this.</source>
        <translation>没有找到相关段落。</translation>
    </message>
    <message>
        <source>one of the searches did not work this time</source>
        <translation>其中一种检索这次没能进行</translation>
    </message>
    <message>
        <source>Ask these files something: see which passages are found, and why</source>
        <translation>问一个问题，看看会找到哪些段落，以及为什么</translation>
    </message>
    <message>
        <source>Search this collection</source>
        <translation>在这个知识库中检索</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>清除检索</translation>
    </message>
</context>
<context>
    <name>PhaseLine</name>
    <message>
        <source>Waiting for its turn…</source>
        <translation>排队中……</translation>
    </message>
    <message>
        <source>Loading {model}…</source>
        <translation>正在加载 {model}……</translation>
    </message>
    <message>
        <source>Reading {done} of {total} tokens…</source>
        <translation>正在阅读 {done} / {total} 词元……</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>正在回答……</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止……</translation>
    </message>
    <message>
        <source>Waiting for a tool&apos;s result…</source>
        <translation>正在等待工具的结果……</translation>
    </message>
</context>
<context>
    <name>Picture</name>
    <message>
        <source>Picture that cannot be shown</source>
        <translation>无法显示的图片</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Press to enlarge</source>
        <translation>按下可放大</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Save picture…</source>
        <translation>保存图片…</translation>
    </message>
    <message>
        <source>This picture cannot be shown</source>
        <translation>这张图片无法显示</translation>
    </message>
</context>
<context>
    <name>PictureViewer</name>
    <message>
        <source>Enlarged picture</source>
        <translation>放大的图片</translation>
    </message>
    <message>
        <source>Save picture…</source>
        <translation>保存图片…</translation>
    </message>
    <message>
        <source>Close the picture</source>
        <translation>关闭图片</translation>
    </message>
</context>
<context>
    <name>PlaceButton</name>
    <message>
        <source>Open the source: {file}</source>
        <translation>打开出处：{file}</translation>
    </message>
    <message>
        <source>pages {n}–{last}</source>
        <translation>第 {n}–{last} 页</translation>
    </message>
    <message>
        <source>page {n}</source>
        <translation>第 {n} 页</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>Preview: answers as the form is now, saved or not</source>
        <translation>预览：按表单此刻的内容回答，不必先保存</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
</context>
<context>
    <name>PromptView</name>
    <message>
        <source>Generation {number}: {count} tokens</source>
        <translation>第 {number} 次生成：{count} 个词元</translation>
    </message>
    <message>
        <source>No prompt was kept: the run was made before Fireside kept them, or had not begun.</source>
        <translation>没有保存提示全文：这次运行早于此功能，或尚未开始。</translation>
    </message>
    <message>
        <source>This prompt was let go: a message it repeats was deleted, or it was among the oldest.</source>
        <translation>提示全文已不再保留：其中的某条消息已被删除，或它属于最早的记录。</translation>
    </message>
    <message>
        <source>What the model read, to the letter: {count} tokens, {cached} of them still in memory.</source>
        <translation>模型逐字读到的内容：{count} 个词元，其中 {cached} 个来自缓存。</translation>
    </message>
    <message>
        <source>Exact prompt</source>
        <translation>提示全文</translation>
    </message>
    <message>
        <source>Back to the run</source>
        <translation>返回运行</translation>
    </message>
    <message>
        <source>Copy the prompt</source>
        <translation>复制提示全文</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>第几次生成</translation>
    </message>
</context>
<context>
    <name>QueuedLetter</name>
    <message>
        <source>sent when the answer is done</source>
        <translation>回答完成后发送</translation>
    </message>
    <message>
        <source>then this</source>
        <translation>随后发送</translation>
    </message>
    <message>
        <source>Edit the waiting message</source>
        <translation>修改等待中的消息</translation>
    </message>
    <message>
        <source>Remove the waiting message</source>
        <translation>移除等待中的消息</translation>
    </message>
    <message>
        <source>Waits its turn: {text}</source>
        <translation>等待发送：{text}</translation>
    </message>
</context>
<context>
    <name>ReadingCard</name>
    <message>
        <source>Paused · {files} wait</source>
        <translation>已暂停 · {files}等待读取</translation>
    </message>
    <message>
        <source>Reading {done} of {total} files</source>
        <translation>正在读取：{done}/{total} 个文件</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Go on reading</source>
        <translation>继续读取</translation>
    </message>
    <message>
        <source>Pause reading</source>
        <translation>暂停读取</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>The file is empty.</source>
        <translation>文件是空的。</translation>
    </message>
    <message>
        <source>The pages are pictures, as scanners make them.</source>
        <translation>页面都是图片，像是扫描件。</translation>
    </message>
    <message>
        <source>There is no text in this file.</source>
        <translation>文件里没有文字。</translation>
    </message>
    <message>
        <source>The file is too large to be searched. Split it.</source>
        <translation>文件太大，请拆分后再添加。</translation>
    </message>
    <message>
        <source>There is too much text for one file. Split it.</source>
        <translation>单个文件的文字太多，请拆分后再添加。</translation>
    </message>
    <message>
        <source>The PDF has too many pages. Split it.</source>
        <translation>PDF 页数太多，请拆分后再添加。</translation>
    </message>
    <message>
        <source>The file is too large or too nested. Split it.</source>
        <translation>文件太大或嵌套太深，请拆分后再添加。</translation>
    </message>
    <message>
        <source>Reading it takes more memory than a file may use.</source>
        <translation>读取它所需的内存超出了上限。</translation>
    </message>
    <message>
        <source>Reading it took too long. Split it.</source>
        <translation>读取用时太长，请拆分后再添加。</translation>
    </message>
    <message>
        <source>Locked with a password. Save it without one.</source>
        <translation>文件有密码，请另存为无密码的文件。</translation>
    </message>
    <message>
        <source>Locked by its publisher (DRM).</source>
        <translation>被出版方加密（DRM），无法读取。</translation>
    </message>
    <message>
        <source>Encrypted in an unknown way. Print it to a new PDF.</source>
        <translation>加密方式未知，请打印成新的 PDF 再添加。</translation>
    </message>
    <message>
        <source>The PDF is damaged. Save it anew in another program.</source>
        <translation>PDF 已损坏，请用别的程序重新保存。</translation>
    </message>
    <message>
        <source>Damaged, or not what its name says.</source>
        <translation>文件已损坏，或与扩展名不符。</translation>
    </message>
    <message>
        <source>It unpacks to far more than a document holds; not read.</source>
        <translation>解开后远超一份文档应有的大小，未读取。</translation>
    </message>
    <message>
        <source>A picture; recognising text is off in the settings.</source>
        <translation>这是图片，而设置里关闭了文字识别。</translation>
    </message>
    <message>
        <source>No text was recognised in it.</source>
        <translation>没有识别出文字。</translation>
    </message>
    <message>
        <source>The picture is too large. Make it smaller.</source>
        <translation>图片太大，请缩小后再添加。</translation>
    </message>
    <message>
        <source>The picture is damaged, or of an unknown kind.</source>
        <translation>图片已损坏，或格式无法识别。</translation>
    </message>
    <message>
        <source>An archive. Unpack it and add the files in it.</source>
        <translation>这是压缩包，请解压后添加里面的文件。</translation>
    </message>
    <message>
        <source>An old Office format. Save it in the new one.</source>
        <translation>旧版 Office 格式，请另存为新格式。</translation>
    </message>
    <message>
        <source>Files of this kind cannot be read.</source>
        <translation>无法读取这类文件。</translation>
    </message>
    <message>
        <source>No text in any known encoding.</source>
        <translation>不是任何已知编码的文字。</translation>
    </message>
    <message>
        <source>This is not a mail message.</source>
        <translation>这不是邮件文件。</translation>
    </message>
    <message>
        <source>The JSON is nested too deeply.</source>
        <translation>JSON 嵌套太深。</translation>
    </message>
    <message>
        <source>This is not valid JSON.</source>
        <translation>不是有效的 JSON。</translation>
    </message>
    <message>
        <source>Its content cannot be read from the disk any more.</source>
        <translation>已无法从磁盘读取它的内容。</translation>
    </message>
    <message>
        <source>It was changed, moved or cannot be reached just now.</source>
        <translation>原文件已改动、移走，或暂时无法访问。</translation>
    </message>
    <message>
        <source>Fireside stopped several times while reading it.</source>
        <translation>读取它时炉边多次中断。</translation>
    </message>
    <message>
        <source>Something went wrong inside Fireside while reading it.</source>
        <translation>读取它时炉边内部出了问题。</translation>
    </message>
    <message>
        <source>It could not be read: {message}</source>
        <translation>无法读取：{message}</translation>
    </message>
</context>
<context>
    <name>RunView</name>
    <message>
        <source>No run yet</source>
        <translation>还没有运行</translation>
    </message>
    <message>
        <source>Send a message: its steps, prompt, scores and timings will appear here.</source>
        <translation>发送一条消息，这里会显示它的步骤、提示全文、检索得分和用时。</translation>
    </message>
    <message>
        <source>Stored record</source>
        <translation>存储的记录</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>At work</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Completed</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Incomplete</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Nothing was written yet.</source>
        <translation>还没有写出内容。</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
    <message>
        <source>The model wrote</source>
        <translation>模型写出</translation>
    </message>
    <message>
        <source>The model searched for</source>
        <translation>模型检索</translation>
    </message>
    <message>
        <source>What came back</source>
        <translation>返回结果</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>生成回答</translation>
    </message>
    <message>
        <source>not allowed by you</source>
        <translation>你没有允许</translation>
    </message>
    <message>
        <source>1 passage</source>
        <translation>1 段</translation>
    </message>
    <message>
        <source>{n} passages</source>
        <translation>{n} 段</translation>
    </message>
    <message>
        <source>1 line</source>
        <translation>1 行</translation>
    </message>
    <message>
        <source>{n} lines</source>
        <translation>{n} 行</translation>
    </message>
    <message>
        <source>1 image</source>
        <translation>1 张图</translation>
    </message>
    <message>
        <source>{n} images</source>
        <translation>{n} 张图</translation>
    </message>
    <message>
        <source>first token {n} s</source>
        <translation>首字 {n} 秒</translation>
    </message>
    <message>
        <source>{n} % reused</source>
        <translation>复用 {n}%</translation>
    </message>
    <message>
        <source>Why this answer</source>
        <translation>为什么这样回答</translation>
    </message>
    <message>
        <source>Passage</source>
        <translation>段落</translation>
    </message>
    <message>
        <source>words</source>
        <translation>关键词</translation>
    </message>
    <message>
        <source>sense</source>
        <translation>语义</translation>
    </message>
    <message>
        <source>rank</source>
        <translation>重排</translation>
    </message>
    <message>
        <source>cut</source>
        <translation>舍去</translation>
    </message>
    <message>
        <source>Sentences it rests on</source>
        <translation>依据的原句</translation>
    </message>
    <message>
        <source>{n} % of what was said</source>
        <translation>含所述内容的 {n} %</translation>
    </message>
    <message>
        <source>Said without a source</source>
        <translation>没有依据的句子</translation>
    </message>
    <message>
        <source>{file} p. {page}</source>
        <translation>{file} 第 {page} 页</translation>
    </message>
    <message>
        <source>Tokens and time</source>
        <translation>词元与用时</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>新读入</translation>
    </message>
    <message>
        <source>Reused</source>
        <translation>复用</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>写出</translation>
    </message>
    <message>
        <source>Dropped for context</source>
        <translation>因上下文舍去</translation>
    </message>
    <message>
        <source>First token after</source>
        <translation>首字用时</translation>
    </message>
    <message>
        <source>Reading + writing</source>
        <translation>读入 + 写出</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>加载模型</translation>
    </message>
    <message>
        <source>What the model did not see</source>
        <translation>模型没有看到的内容</translation>
    </message>
    <message>
        <source>no room in the context</source>
        <translation>上下文放不下</translation>
    </message>
    <message>
        <source>over max_prompt_tokens</source>
        <translation>超出 max_prompt_tokens</translation>
    </message>
    <message>
        <source>older than the newest messages asked for</source>
        <translation>早于所要求的最近几条</translation>
    </message>
    <message>
        <source>(deleted)</source>
        <translation>（已删除）</translation>
    </message>
    <message>
        <source>{count} tokens, {reason}</source>
        <translation>{count} 个词元，{reason}</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>Runs on</source>
        <translation>运行于</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>对话模板</translation>
    </message>
    <message>
        <source>Calls were ended</source>
        <translation>调用被终止</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Run before this one</source>
        <translation>上一次运行</translation>
    </message>
    <message>
        <source>Run after this one</source>
        <translation>下一次运行</translation>
    </message>
    <message>
        <source>Exact prompt</source>
        <translation>提示全文</translation>
    </message>
    <message>
        <source>Copy as Python</source>
        <translation>复制为代码</translation>
    </message>
</context>
<context>
    <name>SampleCard</name>
    <message>
        <source>Take them</source>
        <translation>收下</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试一试</translation>
    </message>
</context>
<context>
    <name>Schema</name>
    <message>
        <source>A comma or a closing bracket is missing before this.</source>
        <translation>这里之前少了逗号或右括号。</translation>
    </message>
    <message>
        <source>A colon is missing after the name.</source>
        <translation>名称后面少了冒号。</translation>
    </message>
    <message>
        <source>A name in double quotes is expected here; is there a comma too many?</source>
        <translation>这里应当是双引号里的名称；是不是多了一个逗号？</translation>
    </message>
    <message>
        <source>A value is missing here.</source>
        <translation>这里少了一个值。</translation>
    </message>
    <message>
        <source>A text is not closed: a double quote is missing.</source>
        <translation>文字没有结束：少了一个双引号。</translation>
    </message>
    <message>
        <source>A text goes over the end of its line; write \n.</source>
        <translation>文字跨了行，换行请写成 \n。</translation>
    </message>
    <message>
        <source>A backslash in a text has to be written twice.</source>
        <translation>文字里的反斜杠要写两个。</translation>
    </message>
    <message>
        <source>There is something after the end of the object.</source>
        <translation>对象结束之后还有内容。</translation>
    </message>
    <message>
        <source>This is not JSON.</source>
        <translation>这不是 JSON。</translation>
    </message>
    <message>
        <source>The parameters are one object: the outermost type must be &quot;object&quot;.</source>
        <translation>参数是一个对象，最外层的 type 必须是 &quot;object&quot;。</translation>
    </message>
    <message>
        <source>“{value}” is no type. Use one of {types}.</source>
        <translation>没有“{value}”这种类型，可以用：{types}。</translation>
    </message>
    <message>
        <source>The value of “{word}” does not fit there.</source>
        <translation>“{word}”的值不合规定。</translation>
    </message>
    <message>
        <source>“{word}” is not a word of JSON schema. Do you mean a property?</source>
        <translation>JSON 模式里没有“{word}”这个词，是不是想写成属性？</translation>
    </message>
    <message>
        <source>“{word}” is required but not among the properties.</source>
        <translation>“{word}”列为必填，却不在属性里。</translation>
    </message>
    <message>
        <source>Strict: write &quot;additionalProperties&quot;: false in every object.</source>
        <translation>严格模式：每个对象都要写 &quot;additionalProperties&quot;: false。</translation>
    </message>
    <message>
        <source>Strict: every property is required; “{word}” is not.</source>
        <translation>严格模式：每个属性都必填，“{word}”没有列入。</translation>
    </message>
    <message>
        <source>“{word}” leads nowhere: there is no such definition.</source>
        <translation>“{word}”没有指向任何定义。</translation>
    </message>
</context>
<context>
    <name>SchemaField</name>
    <message>
        <source>The schema is valid.</source>
        <translation>模式有效。</translation>
    </message>
    <message>
        <source>Line {n}: {problem}</source>
        <translation>第 {n} 行：{problem}</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>另有 {n} 处</translation>
    </message>
    <message>
        <source>JSON schema</source>
        <translation>JSON 模式</translation>
    </message>
    <message>
        <source>Tidy up</source>
        <translation>整理格式</translation>
    </message>
</context>
<context>
    <name>ServerCard</name>
    <message>
        <source>running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>not running</source>
        <translation>未运行</translation>
    </message>
    <message>
        <source>Start and list its tools</source>
        <translation>启动并列出工具</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
</context>
<context>
    <name>ServersDialog</name>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>A quote in the command is not closed.</source>
        <translation>命令里的引号没有成对。</translation>
    </message>
    <message>
        <source>Give the server a name, and the command that starts it.</source>
        <translation>请填写服务器的名称和启动命令。</translation>
    </message>
    <message>
        <source>Tool servers</source>
        <translation>工具服务器</translation>
    </message>
    <message>
        <source>Programs on this computer that offer tools over MCP. Each runs with your own rights, and only what you add here is ever started.</source>
        <translation>本机上通过 MCP 提供工具的程序。它们以你的身份运行；只有你在这里添加的才会启动。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name of the server</source>
        <translation>服务器名称</translation>
    </message>
    <message>
        <source>Command that starts the server</source>
        <translation>启动服务器的命令</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>后台</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Local API</source>
        <translation>本地 API</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Tell me when long work is done</source>
        <translation>耗时的工作完成时通知我</translation>
    </message>
    <message>
        <source>Answers, questions, downloads and files, while the window is not in front.</source>
        <translation>窗口不在前台时，通知回答、询问、下载和文件读取的结果。</translation>
    </message>
    <message>
        <source>Closing the window keeps Fireside running</source>
        <translation>关闭窗口后继续运行</translation>
    </message>
    <message>
        <source>Behind its icon in the tray, on systems that have one; the icon&apos;s menu quits it.</source>
        <translation>收起为系统托盘图标（若系统支持），从图标菜单退出。</translation>
    </message>
    <message>
        <source>Open Fireside when I log in</source>
        <translation>登录系统时打开炉边</translation>
    </message>
    <message>
        <source>Default model</source>
        <translation>默认模型</translation>
    </message>
    <message>
        <source>Used by new assistants and for unknown names.</source>
        <translation>新助手和未知名称都使用它。</translation>
    </message>
    <message>
        <source>Default embedding model</source>
        <translation>默认嵌入模型</translation>
    </message>
    <message>
        <source>Other names for models</source>
        <translation>模型别名</translation>
    </message>
    <message>
        <source>Which local model answers for a name; empty means the default model. Unknown names get it too.</source>
        <translation>每个名称由哪个本地模型应答，留空表示默认模型，未知名称也一样。</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>上下文长度</translation>
    </message>
    <message>
        <source>In tokens; 0 chooses by memory.</source>
        <translation>以词元计，0 表示按内存自动选择。</translation>
    </message>
    <message>
        <source>CPU threads</source>
        <translation>CPU 线程数</translation>
    </message>
    <message>
        <source>0 uses the physical cores.</source>
        <translation>0 表示使用全部物理核心。</translation>
    </message>
    <message>
        <source>Layers on the GPU</source>
        <translation>放到显卡的层数</translation>
    </message>
    <message>
        <source>-1 fills the GPU.</source>
        <translation>-1 表示尽量放满显存。</translation>
    </message>
    <message>
        <source>Tokens read at once</source>
        <translation>每批读入词元数</translation>
    </message>
    <message>
        <source>Memory for what was read</source>
        <translation>已读内容占用的内存</translation>
    </message>
    <message>
        <source>In MB; conversations in it are not read again. 0 chooses by free memory.</source>
        <translation>单位为 MB。留在其中的对话不必重读。0 表示按空闲内存自动决定。</translation>
    </message>
    <message>
        <source>Find out what is fastest here</source>
        <translation>试出这台电脑上最快的设置</translation>
    </message>
    <message>
        <source>Once for each model, for a few seconds while nothing else needs it.</source>
        <translation>每个模型只试一次，几秒钟，等没有人用它的时候。</translation>
    </message>
    <message>
        <source>Models kept in memory</source>
        <translation>内存中保留的模型数</translation>
    </message>
    <message>
        <source>Unload after minutes without use</source>
        <translation>闲置多少分钟后卸载</translation>
    </message>
    <message>
        <source>0 keeps it loaded.</source>
        <translation>0 表示一直保留。</translation>
    </message>
    <message>
        <source>Let the model name chats</source>
        <translation>由模型为对话起标题</translation>
    </message>
    <message>
        <source>After the first answer, while nothing else needs the model.</source>
        <translation>在第一次回答之后、模型空闲时进行。</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Repeat penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>-1 draws a new one each time.</source>
        <translation>-1 表示每次随机。</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>In tokens.</source>
        <translation>以词元计。</translation>
    </message>
    <message>
        <source>Longest run in minutes</source>
        <translation>单次运行最长分钟数</translation>
    </message>
    <message>
        <source>A slow machine may need long.</source>
        <translation>较慢的电脑可能需要更久。</translation>
    </message>
    <message>
        <source>Wait for tool outputs</source>
        <translation>等待工具结果</translation>
    </message>
    <message>
        <source>In seconds, as the hosted service did.</source>
        <translation>以秒计，与云端服务一致。</translation>
    </message>
    <message>
        <source>Rounds of tool calls in one run</source>
        <translation>单次运行的工具调用轮数</translation>
    </message>
    <message>
        <source>Then the model must answer.</source>
        <translation>之后模型必须直接回答。</translation>
    </message>
    <message>
        <source>Repairs of failed calls</source>
        <translation>调用失败后的修复次数</translation>
    </message>
    <message>
        <source>Tool calls at once</source>
        <translation>单轮工具调用数</translation>
    </message>
    <message>
        <source>Most calls in one round.</source>
        <translation>一轮中最多的调用数。</translation>
    </message>
    <message>
        <source>Temperature inside tool calls</source>
        <translation>工具调用内部的温度</translation>
    </message>
    <message>
        <source>Temperature of answers from results</source>
        <translation>依据结果作答时的温度</translation>
    </message>
    <message>
        <source>For answers that rest on what tools returned.</source>
        <translation>用于依据工具返回结果的回答。</translation>
    </message>
    <message>
        <source>For arguments and JSON answers.</source>
        <translation>用于参数和 JSON 回答。</translation>
    </message>
    <message>
        <source>Ask before code runs</source>
        <translation>运行代码前询问</translation>
    </message>
    <message>
        <source>The chat shows the code first. Code always runs in the jail; programs that use the API are not asked.</source>
        <translation>先在对话中显示代码。代码始终在沙箱中运行；通过 API 使用的程序不会被询问。</translation>
    </message>
    <message>
        <source>Longest time for one piece of code</source>
        <translation>单段代码的最长运行时间</translation>
    </message>
    <message>
        <source>In seconds; then it is stopped. An assistant&apos;s metadata may say code_seconds, too.</source>
        <translation>单位为秒，超时即停止。助手的元数据里也可以写 code_seconds。</translation>
    </message>
    <message>
        <source>Memory for code</source>
        <translation>代码可用内存</translation>
    </message>
    <message>
        <source>In MiB, beside the libraries. An assistant&apos;s metadata may say code_memory_mib, too.</source>
        <translation>单位为 MiB，不含库本身。助手的元数据里也可以写 code_memory_mib。</translation>
    </message>
    <message>
        <source>Rewrite searches with the model</source>
        <translation>用模型改写检索词</translation>
    </message>
    <message>
        <source>Finds more for questions that point back or compare, and costs one more answer of the model.</source>
        <translation>问题里有指代或比较时能找到更多内容，代价是模型多回答一次。</translation>
    </message>
    <message>
        <source>Read scans and pictures</source>
        <translation>识别扫描件和图片中的文字</translation>
    </message>
    <message>
        <source>Text recognition (OCR) in Chinese and English, on this computer.</source>
        <translation>中英文文字识别（OCR），在本机完成。</translation>
    </message>
    <message>
        <source>Most passes over whole files</source>
        <translation>通读文件的最多遍数</translation>
    </message>
    <message>
        <source>For summaries, complete lists and comparisons of files; each costs an answer of the model. 0 searches.</source>
        <translation>用于文件的摘要、完整清单和对比；每一遍都要模型回答一次。0 表示只检索。</translation>
    </message>
    <message>
        <source>Serve the API while the window is open</source>
        <translation>窗口打开时提供 API</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Allow downloads I ask for</source>
        <translation>允许我主动发起的下载</translation>
    </message>
    <message>
        <source>Off: Fireside never opens a connection.</source>
        <translation>关闭后，炉边不会建立任何连接。</translation>
    </message>
    <message>
        <source>Package index for models</source>
        <translation>下载模型的软件包索引</translation>
    </message>
    <message>
        <source>Empty: the one pip is set up for.</source>
        <translation>留空则使用 pip 已配置的索引。</translation>
    </message>
    <message>
        <source>Model hub address</source>
        <translation>模型站地址</translation>
    </message>
    <message>
        <source>Empty: Hugging Face.</source>
        <translation>留空则使用 Hugging Face。</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>English</source>
        <translation>English</translation>
    </message>
    <message>
        <source>简体中文</source>
        <translation>简体中文</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Where it pays</source>
        <translation>值得时</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>Once per chat</source>
        <translation>每个对话一次</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>总是</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Every change takes effect at once.</source>
        <translation>改动立即生效。</translation>
    </message>
    <message>
        <source>Everything is kept in {folder}</source>
        <translation>所有内容都保存在 {folder}</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>打开文件夹</translation>
    </message>
</context>
<context>
    <name>Shelf</name>
    <message>
        <source>Runs well here</source>
        <translation>本机运行流畅</translation>
    </message>
    <message>
        <source>Runs, but only just</source>
        <translation>本机勉强能跑</translation>
    </message>
    <message>
        <source>Too large for this computer</source>
        <translation>超出这台电脑的能力</translation>
    </message>
    <message>
        <source>needs {needed} of memory, this computer has {memory}</source>
        <translation>需要 {needed} 内存，本机只有 {memory}</translation>
    </message>
    <message>
        <source>on the graphics card</source>
        <translation>使用显卡</translation>
    </message>
    <message>
        <source>takes {needed} of {memory} of memory</source>
        <translation>占用 {memory} 内存中的 {needed}</translation>
    </message>
    <message>
        <source>close other programs first: {missing} of memory are missing now</source>
        <translation>请先关闭其他程序，现在还差 {missing} 内存</translation>
    </message>
    <message>
        <source>remembers only {context} tokens here</source>
        <translation>在本机只能记住 {context} 词元</translation>
    </message>
    <message>
        <source>reads up to {context} tokens at once</source>
        <translation>一次最多读 {context} 词元</translation>
    </message>
    <message>
        <source>slow</source>
        <translation>较慢</translation>
    </message>
    <message>
        <source>takes {needed} of memory</source>
        <translation>占用 {needed} 内存</translation>
    </message>
    <message>
        <source>Chinese</source>
        <translation>中文</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英文</translation>
    </message>
    <message>
        <source>{count} languages</source>
        <translation>{count} 种语言</translation>
    </message>
</context>
<context>
    <name>ShelfPage</name>
    <message>
        <source>Knowledge</source>
        <translation>知识库</translation>
    </message>
    <message>
        <source>Files that assistants search before they answer. Nothing leaves this computer.</source>
        <translation>助手回答前先查阅这些文件，内容不会离开本机。</translation>
    </message>
    <message>
        <source>New collection</source>
        <translation>新建知识库</translation>
    </message>
    <message>
        <source>Passages are found by their words only. With a model for searching, by their meaning too.</source>
        <translation>目前只能按关键词查找。装上检索模型后，还能按语义查找。</translation>
    </message>
    <message>
        <source>Get one</source>
        <translation>去下载</translation>
    </message>
    <message>
        <source>Nothing to search yet</source>
        <translation>还没有可检索的内容</translation>
    </message>
    <message>
        <source>Put files or a folder here: documents, tables, slides, mail, code. Assistants find the passage that answers, and show it beside the answer.</source>
        <translation>把文件或文件夹放进来：文档、表格、幻灯片、邮件、代码都行。助手会找到能回答问题的段落，并把出处附在回答旁边。</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Your chats will be listed here, newest first.</source>
        <translation>对话会列在这里，最近的在最上面。</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>文件夹名称</translation>
    </message>
    <message>
        <source>Nobody has said this yet, and no chat is called so.</source>
        <translation>没有对话的内容或标题包含这些字。</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Pin to the top</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>移到文件夹</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>新建文件夹…</translation>
    </message>
    <message>
        <source>Take out of “{name}”</source>
        <translation>移出“{name}”</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
    <message>
        <source>JSON, as the API has it</source>
        <translation>JSON（API 格式）</translation>
    </message>
    <message>
        <source>Search all chats</source>
        <translation>搜索全部对话</translation>
    </message>
    <message>
        <source>Search all chats by title and by what was said</source>
        <translation>按标题和内容搜索全部对话</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话列表</translation>
    </message>
    <message>
        <source>Assistants</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>Knowledge</source>
        <translation>知识库</translation>
    </message>
    <message>
        <source>Discussions</source>
        <translation>讨论</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Bin</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>Sight</name>
    <message>
        <source>Save picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
</context>
<context>
    <name>SourceSheet</name>
    <message>
        <source>Opening the source…</source>
        <translation>正在打开出处…</translation>
    </message>
    <message>
        <source>Source: {file}</source>
        <translation>出处：{file}</translation>
    </message>
    <message>
        <source>Page {n} of {total}</source>
        <translation>第 {n} 页，共 {total} 页</translation>
    </message>
    <message>
        <source>Previous page</source>
        <translation>上一页</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>下一页</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Open with another program</source>
        <translation>用其他程序打开</translation>
    </message>
    <message>
        <source>Close the source</source>
        <translation>关闭出处</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Text of the source</source>
        <translation>出处的文字</translation>
    </message>
</context>
<context>
    <name>Starters</name>
    <message>
        <source>Explain something to me, step by step</source>
        <translation>一步一步给我讲明白一件事</translation>
    </message>
    <message>
        <source>Write a short, friendly email</source>
        <translation>写一封简短友好的邮件</translation>
    </message>
    <message>
        <source>Help me with some code</source>
        <translation>帮我看一段代码</translation>
    </message>
    <message>
        <source>Make a plan for the weekend</source>
        <translation>帮我安排这个周末</translation>
    </message>
</context>
<context>
    <name>StoreCard</name>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>follows “{folders}”</source>
        <translation>跟随“{folders}”</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>used by {names}</source>
        <translation>{names}在用</translation>
    </message>
    <message>
        <source>More for {name}</source>
        <translation>{name}的更多操作</translation>
    </message>
    <message>
        <source>Paused · {files} wait</source>
        <translation>已暂停 · {files}等待读取</translation>
    </message>
    <message>
        <source>Reading {done} of {total} files</source>
        <translation>正在读取：{done}/{total} 个文件</translation>
    </message>
    <message>
        <source>Expired: it is not searched any more</source>
        <translation>已过期，不再参与检索</translation>
    </message>
    <message>
        <source>A folder it follows is not there now; what was read is kept</source>
        <translation>它跟随的文件夹现在找不到，已读取的内容会保留</translation>
    </message>
    <message>
        <source>{files} could not be read</source>
        <translation>{files}无法读取</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Go on reading</source>
        <translation>继续读取</translation>
    </message>
    <message>
        <source>Pause reading</source>
        <translation>暂停读取</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>StorePage</name>
    <message>
        <source>found by words and by meaning ({model})</source>
        <translation>按关键词和语义检索（{model}）</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>found by words</source>
        <translation>按关键词检索</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>{name} searches this collection</source>
        <translation>{name}会检索这个知识库</translation>
    </message>
    <message>
        <source>Files…</source>
        <translation>文件……</translation>
    </message>
    <message>
        <source>A folder, as it is now…</source>
        <translation>文件夹（只取现在的内容）……</translation>
    </message>
    <message>
        <source>A folder, kept in step…</source>
        <translation>文件夹（保持同步）……</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Go on reading</source>
        <translation>继续读取</translation>
    </message>
    <message>
        <source>Pause reading</source>
        <translation>暂停读取</translation>
    </message>
    <message>
        <source>Delete this collection</source>
        <translation>删除这个知识库</translation>
    </message>
    <message>
        <source>Back to all collections</source>
        <translation>返回全部知识库</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加……</translation>
    </message>
    <message>
        <source>Add files or a folder</source>
        <translation>添加文件或文件夹</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Drop files or folders anywhere here to add them</source>
        <translation>把文件或文件夹拖到这里即可添加</translation>
    </message>
    <message>
        <source>Put something in</source>
        <translation>放点内容进来</translation>
    </message>
    <message>
        <source>Drop files or a folder here: PDF, Word, PowerPoint, Excel, web pages, mail, books, Markdown, code.</source>
        <translation>把文件或文件夹拖到这里：PDF、Word、PowerPoint、Excel、网页、邮件、电子书、Markdown、代码。</translation>
    </message>
</context>
<context>
    <name>StoredFiles</name>
    <message>
        <source>Save file</source>
        <translation>保存文件</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>已保存为 {name}。</translation>
    </message>
</context>
<context>
    <name>TextSheet</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ThreadPainter</name>
    <message>
        <source>Title of the chat</source>
        <translation>对话标题</translation>
    </message>
</context>
<context>
    <name>ThreadView</name>
    <message>
        <source>Identifiers</source>
        <translation>标识</translation>
    </message>
    <message>
        <source>The thread is made with its first message.</source>
        <translation>发出第一条消息后才会创建对话。</translation>
    </message>
    <message>
        <source>Thread</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>Copy {id}</source>
        <translation>复制 {id}</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>创建于</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>元数据</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Tool resources</source>
        <translation>工具资源</translation>
    </message>
    <message>
        <source>of the thread</source>
        <translation>对话的</translation>
    </message>
    <message>
        <source>of the assistant</source>
        <translation>助手的</translation>
    </message>
</context>
<context>
    <name>ThreadsList</name>
    <message>
        <source>Pinned</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Past 7 days</source>
        <translation>过去七天</translation>
    </message>
    <message>
        <source>Past 30 days</source>
        <translation>过去三十天</translation>
    </message>
    <message>
        <source>{month} {year}</source>
        <translation>{year}年{month}</translation>
    </message>
    <message>
        <source>January</source>
        <translation>1月</translation>
    </message>
    <message>
        <source>February</source>
        <translation>2月</translation>
    </message>
    <message>
        <source>March</source>
        <translation>3月</translation>
    </message>
    <message>
        <source>April</source>
        <translation>4月</translation>
    </message>
    <message>
        <source>May</source>
        <translation>5月</translation>
    </message>
    <message>
        <source>June</source>
        <translation>6月</translation>
    </message>
    <message>
        <source>July</source>
        <translation>7月</translation>
    </message>
    <message>
        <source>August</source>
        <translation>8月</translation>
    </message>
    <message>
        <source>September</source>
        <translation>9月</translation>
    </message>
    <message>
        <source>October</source>
        <translation>10月</translation>
    </message>
    <message>
        <source>November</source>
        <translation>11月</translation>
    </message>
    <message>
        <source>December</source>
        <translation>12月</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Chats with this title</source>
        <translation>标题相符的对话</translation>
    </message>
    <message>
        <source>In what was said</source>
        <translation>对话内容</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭提示</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Jump to the latest message</source>
        <translation>回到最新消息</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话内容</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Fireside</source>
        <translation>炉边</translation>
    </message>
    <message>
        <source>Open Fireside</source>
        <translation>打开炉边</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Quit Fireside</source>
        <translation>退出炉边</translation>
    </message>
</context>
<context>
    <name>TurnNote</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Stopped. What was written is kept.</source>
        <translation>已停止，写出的内容都保留着。</translation>
    </message>
    <message>
        <source>The answer reached the length limit.</source>
        <translation>回答达到了长度上限。</translation>
    </message>
</context>
<context>
    <name>UpdateSection</name>
    <message>
        <source>Install update from file</source>
        <translation>从文件安装更新</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>The installer could not be started. It lies here: {path}</source>
        <translation>安装程序无法启动。它在这里：{path}</translation>
    </message>
    <message>
        <source>Checking the installer and backing up… {done}</source>
        <translation>正在检查安装程序并备份… {done}</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>Fireside {version}</source>
        <translation>炉边 {version}</translation>
    </message>
    <message>
        <source>Fireside never looks for updates by itself. An installer from a stick or a download is checked before it starts.</source>
        <translation>炉边从不自己去找更新。从U盘带来的或下载的安装程序，会先检查再启动。</translation>
    </message>
    <message>
        <source>Install update from file…</source>
        <translation>从文件安装更新…</translation>
    </message>
    <message>
        <source>Back up and install</source>
        <translation>备份并安装</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Everything is backed up first. Then Fireside closes, and the installer starts.</source>
        <translation>会先备份全部数据，然后关闭炉边，启动安装程序。</translation>
    </message>
    <message>
        <source>Progress of the update</source>
        <translation>更新进度</translation>
    </message>
    <message>
        <source>Version {version} · signed by the makers of Fireside · {size}</source>
        <translation>版本 {version} · 由炉边的作者签名 · {size}</translation>
    </message>
</context>
<context>
    <name>VersionsDialog</name>
    <message>
        <source>Nothing has been changed yet. Each save keeps what was there before.</source>
        <translation>还没有改动过。每次保存都会留下之前的样子。</translation>
    </message>
    <message>
        <source>This version is what the assistant is now.</source>
        <translation>这个版本就是助手现在的样子。</translation>
    </message>
    <message>
        <source>Versions of {name}</source>
        <translation>{name} 的历史版本</translation>
    </message>
    <message>
        <source>Red is what that version had, green is what the assistant has now.</source>
        <translation>红色是那个版本的内容，绿色是现在的内容。</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>历史版本</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>改动内容</translation>
    </message>
    <message>
        <source>Go back to this version</source>
        <translation>回到这个版本</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Version {n} · {when}</source>
        <translation>版本 {n} · {when}</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Fireside</source>
        <translation>炉边</translation>
    </message>
    <message>
        <source>Show or hide the side panel</source>
        <translation>显示或隐藏侧栏</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Go</source>
        <translation>前往</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分钟</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} 小时 {minutes} 分</translation>
    </message>
</context>
<context>
    <name>WorkItem</name>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>Work of {name}: {done}</source>
        <translation>{name} 做了：{done}</translation>
    </message>
</context>
<context>
    <name>WriteBox</name>
    <message>
        <source>Message {name}…</source>
        <translation>写给{name}……</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>Enter to send · Shift+Enter for a new line</source>
        <translation>Enter 发送，Shift+Enter 换行</translation>
    </message>
</context>
</TS>
