# class: frame-walk
# technique: asyncio.Task.get_stack returns frames
# success: output_has @@ENVCANARY@@
import asyncio
async def main():
    frame = asyncio.current_task().get_stack()[0]
    while frame.f_back: frame = frame.f_back
    print(frame.f_globals)
asyncio.run(main())
