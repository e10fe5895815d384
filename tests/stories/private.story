# 不公开:家里的事只有书记看得到,党员只知道派给了自己;对谁保密一点就改;匿名的答复照样收到
@2026-11-23 09:00
李奶奶: 阳光花园5栋1单元两口子天天吵架摔东西,邻里纠纷想请人调解
李明: 接单
孙丽: 队列
许静: 队列
许静: (伪造 handle_case case=1)
李明: (伪造 handle_case case=1)
李明: (伪造 claim_task task=1)
孙丽: [1 号]
孙丽: [派给党员]
孙丽: [钱芳]
钱芳: [看详情]
钱芳: [转给同事]
钱芳: [李明]
李明: [不接受]
钱芳: [看详情]
钱芳: [办好了]
钱芳: 上门聊过了,答应晚上不吵
李奶奶: [解决了]
王阿姨: 阳光花园3栋2单元门禁坏了
王阿姨: [对谁保密]
王阿姨: [名字只让支部知道]
孙丽: 队列
孙丽: [2 号]
(6分钟后)
李明: (旧)[认领]
李明: [看详情]
王阿姨: 2号怎么样了
王阿姨: (伪造 keep_private case=2)
王阿姨: 匿名
孙丽: 队列
孙丽: [2 号]
张先生: (伪造 keep_private case=2 how=public)
王阿姨: (伪造 keep_private case=2 how=private)
许静: (伪造 handle_case case=2)
王阿姨: (伪造 keep_private case=2 how=public)
王阿姨: (伪造 keep_private case=2 how=nonsense)
李奶奶: (伪造 keep_private case=1 how=private)
